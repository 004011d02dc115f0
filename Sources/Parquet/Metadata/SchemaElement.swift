/// A node of the schema's tree, which a file keeps as a list from the root down.
struct SchemaElement {
  var physical: Int?
  var length = 0
  /// 0 required, 1 optional, 2 repeated.
  var repetition = 0
  var name = ""
  var childCount = 0
  var converted: Int?
  var scale = 0
  var precision = 0
  var logical: LogicalType?

  init(_ reader: inout ThriftReader) throws(Fault) {
    var found = SchemaElement()
    var hasName = false
    try reader.structure { reader, field throws(Fault) in
      switch field.id {
      case 1: found.physical = try reader.int(field)
      case 2: found.length = try reader.int(field)
      case 3: found.repetition = try reader.int(field)
      case 4:
        found.name = try reader.string(field)
        hasName = true
      case 5: found.childCount = try reader.int(field)
      case 6: found.converted = try reader.int(field)
      case 7: found.scale = try reader.int(field)
      case 8: found.precision = try reader.int(field)
      case 10: found.logical = try Self.logicalType(&reader, field)
      default: return false
      }
      return true
    }
    guard hasName, found.childCount >= 0 else { throw .damaged("the schema has a column without a name") }
    self = found
  }

  private init() {}

  /// The column's type; throws where it is none.
  func type() throws(Fault) -> ColumnType {
    guard let physical = physical.flatMap(PhysicalType.init) else {
      throw .damaged("the column '\(name)' has no type")
    }
    let isFixed = physical == .fixedLengthByteArray
    guard !isFixed || 1...(1 << 24) ~= length else {
      throw .damaged("the column '\(name)' has values of \(length) bytes")
    }
    let type = ColumnType(physical, logical ?? convertedType, length: isFixed ? length : 0)
    if physical == .int96 { return ColumnType(.int96, .timestamp(.microseconds, isUTC: false)) }
    // A meaning that cannot be is none: the values are read as they are stored.
    return type.isSound ? type : ColumnType(physical, length: type.length)
  }

  /// What files had before there were logical types.
  private var convertedType: LogicalType? {
    switch converted {
    case 0: .string
    case 4: .enumeration
    case 5: .decimal(precision: precision, scale: scale)
    case 6: .date
    case 7: .time(.milliseconds, isUTC: true)
    case 8: .time(.microseconds, isUTC: true)
    case 9: .timestamp(.milliseconds, isUTC: true)
    case 10: .timestamp(.microseconds, isUTC: true)
    case let code? where 11...18 ~= code: .integer(bits: 8 << ((code - 11) % 4), isSigned: code >= 15)
    case 19: .json
    case 20: .bson
    case 21: .interval
    default: nil
    }
  }

  private static func logicalType(
    _ reader: inout ThriftReader, _ field: ThriftReader.Field
  ) throws(Fault) -> LogicalType? {
    var type: LogicalType?
    try reader.structure(field) { reader, field throws(Fault) in
      switch field.id {
      case 1: type = .string
      case 4: type = .enumeration
      case 5:
        var (scale, precision) = (0, 0)
        try reader.structure(field) { reader, field throws(Fault) in
          switch field.id {
          case 1: scale = try reader.int(field)
          case 2: precision = try reader.int(field)
          default: return false
          }
          return true
        }
        type = .decimal(precision: precision, scale: scale)
        return true
      case 6: type = .date
      case 7:
        if let (unit, isUTC) = try time(&reader, field) { type = .time(unit, isUTC: isUTC) }
        return true
      case 8:
        if let (unit, isUTC) = try time(&reader, field) { type = .timestamp(unit, isUTC: isUTC) }
        return true
      case 10:
        var (bits, isSigned) = (0, true)
        try reader.structure(field) { reader, field throws(Fault) in
          switch field.id {
          case 1: bits = try reader.int(field)
          case 2: isSigned = try reader.bool(field)
          default: return false
          }
          return true
        }
        type = .integer(bits: bits, isSigned: isSigned)
        return true
      case 11: type = .null
      case 12: type = .json
      case 13: type = .bson
      case 14: type = .uuid
      case 15: type = .float16
      default: break
      }
      return false
    }
    return type
  }

  private static func time(
    _ reader: inout ThriftReader, _ field: ThriftReader.Field
  ) throws(Fault) -> (TimeUnit, isUTC: Bool)? {
    var (unit, isUTC): (TimeUnit?, Bool) = (nil, false)
    try reader.structure(field) { reader, field throws(Fault) in
      switch field.id {
      case 1: isUTC = try reader.bool(field)
      case 2:
        try reader.structure(field) { _, field throws(Fault) in
          unit = TimeUnit(rawValue: field.id)
          return false
        }
      default: return false
      }
      return true
    }
    return unit.map { ($0, isUTC) }
  }
}

extension ColumnType {
  /// Whether values stored so can have this meaning.
  var isSound: Bool {
    switch logical {
    case nil, .null: true
    case .string, .enumeration, .json, .bson: physical == .byteArray
    case .uuid: physical == .fixedLengthByteArray && length == 16
    case .float16: physical == .fixedLengthByteArray && length == 2
    case .interval: physical == .fixedLengthByteArray && length == 12
    case .date, .time(.milliseconds, _): physical == .int32
    case .time: physical == .int64
    case .timestamp: physical == .int64 || physical == .int96
    case .integer(let bits, _): bits == 64 ? physical == .int64 : [8, 16, 32].contains(bits) && physical == .int32
    case .decimal(let precision, let scale):
      1...1_000 ~= precision && 0...precision ~= scale
        && [.int32, .int64, .byteArray, .fixedLengthByteArray].contains(physical)
    }
  }
}
