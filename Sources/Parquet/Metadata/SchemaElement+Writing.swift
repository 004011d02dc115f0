extension ThriftWriter {
  /// The root of a schema of columns.
  mutating func schemaRoot(columns: Int) {
    structure {
      $0.string(4, "schema")
      $0.int32(5, columns)
    }
  }

  mutating func schemaElement(_ column: ColumnSchema) {
    let type = column.type
    structure {
      $0.int32(1, type.physical.rawValue)
      if type.length > 0 { $0.int32(2, type.length) }
      $0.int32(3, column.isOptional ? 1 : 0)
      $0.string(4, column.name)
      if let converted = type.logical?.converted { $0.int32(6, converted) }
      if case .decimal(let precision, let scale) = type.logical {
        $0.int32(7, scale)
        $0.int32(8, precision)
      }
      if let logical = type.logical, logical != .interval { $0.structure(10) { $0.logicalType(logical) } }
    }
  }

  private mutating func logicalType(_ type: LogicalType) {
    switch type {
    case .string: structure(1)
    case .enumeration: structure(4)
    case .decimal(let precision, let scale):
      structure(5) {
        $0.int32(1, scale)
        $0.int32(2, precision)
      }
    case .date: structure(6)
    case .time(let unit, let isUTC): structure(7) { $0.time(unit, isUTC: isUTC) }
    case .timestamp(let unit, let isUTC): structure(8) { $0.time(unit, isUTC: isUTC) }
    case .integer(let bits, let isSigned):
      structure(10) {
        $0.int8(1, bits)
        $0.bool(2, isSigned)
      }
    case .null: structure(11)
    case .json: structure(12)
    case .bson: structure(13)
    case .uuid: structure(14)
    case .float16: structure(15)
    case .interval: break
    }
  }

  private mutating func time(_ unit: TimeUnit, isUTC: Bool) {
    bool(1, isUTC)
    structure(2) { $0.structure(unit.rawValue) }
  }
}

extension LogicalType {
  /// For readers that know no logical types.
  fileprivate var converted: Int? {
    switch self {
    case .string: 0
    case .enumeration: 4
    case .decimal: 5
    case .date: 6
    case .time(.milliseconds, isUTC: true): 7
    case .time(.microseconds, isUTC: true): 8
    case .timestamp(.milliseconds, isUTC: true): 9
    case .timestamp(.microseconds, isUTC: true): 10
    case .integer(let bits, let isSigned): (isSigned ? 15 : 11) + (bits / 8).trailingZeroBitCount
    case .json: 19
    case .bson: 20
    case .interval: 21
    case .time, .timestamp, .null, .uuid, .float16: nil
    }
  }
}
