/// How the values of a column are stored.
package enum PhysicalType: Int, Hashable, Sendable {
  case boolean, int32, int64, int96, float, double, byteArray, fixedLengthByteArray
}

/// The unit of times and timestamps.
package enum TimeUnit: Int, Hashable, Sendable {
  case milliseconds = 1, microseconds, nanoseconds

  /// How many there are in a second.
  package var perSecond: Int64 {
    switch self {
    case .milliseconds: 1_000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }
}

/// What the stored values mean.
package enum LogicalType: Hashable, Sendable {
  case string, enumeration, json, bson, uuid, float16, interval
  /// Every value is null.
  case null
  /// Days since 1970-01-01.
  case date
  /// Since midnight.
  case time(TimeUnit, isUTC: Bool)
  /// Since 1970-01-01 00:00, in UTC or in an unnamed local time.
  case timestamp(TimeUnit, isUTC: Bool)
  /// An unscaled whole number, to be divided by ten to the power of `scale`.
  case decimal(precision: Int, scale: Int)
  case integer(bits: Int, isSigned: Bool)
}

/// The type of a column: how its values are stored and what they mean.
///
///     ColumnType.string
///     ColumnType.timestamp(.microseconds, isUTC: true)
package struct ColumnType: Hashable, Sendable {
  package let physical: PhysicalType
  package let logical: LogicalType?
  /// Bytes a value of a `fixedLengthByteArray`, else 0.
  package let length: Int

  package init(_ physical: PhysicalType, _ logical: LogicalType? = nil, length: Int = 0) {
    self.physical = physical
    self.logical = logical
    self.length = length
  }

  package static let boolean = ColumnType(.boolean)
  package static let int32 = ColumnType(.int32)
  package static let int64 = ColumnType(.int64)
  package static let float = ColumnType(.float)
  package static let double = ColumnType(.double)
  package static let bytes = ColumnType(.byteArray)
  package static let string = ColumnType(.byteArray, .string)
  package static let date = ColumnType(.int32, .date)
  package static let uuid = ColumnType(.fixedLengthByteArray, .uuid, length: 16)
  package static let float16 = ColumnType(.fixedLengthByteArray, .float16, length: 2)

  package static func timestamp(_ unit: TimeUnit, isUTC: Bool) -> ColumnType {
    ColumnType(.int64, .timestamp(unit, isUTC: isUTC))
  }

  package static func time(_ unit: TimeUnit, isUTC: Bool) -> ColumnType {
    ColumnType(unit == .milliseconds ? .int32 : .int64, .time(unit, isUTC: isUTC))
  }

  /// 8, 16, 32 or 64 bits.
  package static func integer(bits: Int, isSigned: Bool) -> ColumnType {
    ColumnType(bits == 64 ? .int64 : .int32, .integer(bits: bits, isSigned: isSigned))
  }

  /// Whether the stored integers are to be read as unsigned ones.
  package var isUnsigned: Bool {
    if case .integer(_, isSigned: false) = logical { true } else { false }
  }
}

/// A column of a file.
package struct ColumnSchema: Hashable, Sendable {
  package let name: String
  package let type: ColumnType
  /// Whether its rows may be null.
  package let isOptional: Bool
  /// Why it cannot be read: it is nested. nil for all others.
  package let refusal: String?
  /// Its place among the file's column chunks.
  let leaf: Int

  package init(_ name: String, _ type: ColumnType, isOptional: Bool = true) {
    self.init(name, type, isOptional: isOptional, refusal: nil, leaf: 0)
  }

  init(_ name: String, _ type: ColumnType, isOptional: Bool, refusal: String?, leaf: Int) {
    self.name = name
    self.type = type
    self.isOptional = isOptional
    self.refusal = refusal
    self.leaf = leaf
  }
}
