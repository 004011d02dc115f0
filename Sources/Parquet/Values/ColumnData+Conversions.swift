/// The values as those who read tables want them. A column's type says what its stored values mean.
extension ColumnData {
  /// Every number as a `Double`: integers of both kinds, decimals, booleans as 0 and 1, dates and times in their own unit.
  /// NaN where a row is null. nil for strings.
  package func numbers(_ type: ColumnType) -> [Double]? {
    var numbers: [Double]
    switch (values, type.logical) {
    case (.booleans(let values), _): numbers = values.map { $0 ? 1 : 0 }
    case (.int32s(let values), .integer(_, isSigned: false)): numbers = values.map { Double(UInt32(bitPattern: $0)) }
    case (.int64s(let values), .integer(_, isSigned: false)): numbers = values.map { Double(UInt64(bitPattern: $0)) }
    case (.int32s(let values), .decimal(_, let scale)): numbers = Self.scaled(values.map(Double.init), by: scale)
    case (.int64s(let values), .decimal(_, let scale)): numbers = Self.scaled(values.map(Double.init), by: scale)
    case (.int32s(let values), _): numbers = values.map(Double.init)
    case (.int64s(let values), _): numbers = values.map(Double.init)
    case (.floats(let values), _): numbers = values.map(Double.init)
    case (.doubles(let values), _): numbers = values
    case (.fixed(let bytes, let length), .decimal(_, let scale)):
      numbers = Self.scaled((0..<count).map { Self.bigEndian(bytes[$0 * length..<($0 + 1) * length]) }, by: scale)
    case (.strings(let strings), .decimal(_, let scale)):
      numbers = Self.scaled((0..<count).map { Self.bigEndian(strings[$0]) }, by: scale)
    case (.fixed(let bytes, 2), .float16):
      numbers = (0..<count).map { Self.half(UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8) }
    case (.indexed, _): return expanded.numbers(type)
    case (.fixed, _), (.strings, _): return nil
    }
    if let validity {
      for row in numbers.indices where !validity[row] { numbers[row] = .nan }
    }
    return numbers
  }

  /// Whole numbers, 0 where a row is null; nil for other values, and where an unsigned one is beyond `Int64`.
  package func integers(_ type: ColumnType) -> [Int64]? {
    switch values {
    case .booleans(let values): return values.map { $0 ? 1 : 0 }
    case .int32s(let values):
      return type.isUnsigned ? values.map { Int64(UInt32(bitPattern: $0)) } : values.map(Int64.init)
    case .int64s(let values): return type.isUnsigned && values.contains { $0 < 0 } ? nil : values
    case .floats, .doubles, .strings, .indexed, .fixed: return nil
    }
  }

  /// Seconds since 1970-01-01 00:00 of dates and timestamps, NaN where a row is null; nil for other values.
  package func seconds(_ type: ColumnType) -> [Double]? {
    let unit: Double
    switch type.logical {
    case .date: return numbers(type)?.map { $0 * 86_400 }
    case .timestamp(let found, _): unit = Double(found.perSecond)
    default: return nil
    }
    return numbers(type)?.map { $0 / unit }
  }

  /// Strings, nil where a row is null; nil for other values than strings of bytes. Invalid UTF-8 is repaired.
  package func texts() -> [String?]? {
    switch values {
    case .strings(let strings): return (0..<count).map { isNull($0) ? nil : strings.string($0) }
    case .indexed(let indexed):
      let strings = (0..<indexed.strings.count).map(indexed.strings.string)
      return (0..<count).map { isNull($0) ? nil : strings[Int(indexed.indices[$0])] }
    default: return nil
    }
  }

  private static func scaled(_ values: [Double], by scale: Int) -> [Double] {
    // A quotient of two exact numbers is rounded once; a product with a power below 1 twice.
    var power = 1.0
    for _ in 0..<scale { power *= 10 }
    return values.map { $0 / power }
  }

  /// A whole number in two's complement, the highest byte first.
  private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> Double {
    if bytes.count <= 16 {
      var value: Int128 = bytes.first.map { $0 >= 0x80 } ?? false ? -1 : 0
      for byte in bytes { value = value << 8 | Int128(byte) }
      return Double(value)
    }
    let isNegative = bytes.first! >= 0x80
    let magnitude = bytes.reduce(0.0) { $0 * 256 + Double(isNegative ? ~$1 : $1) }
    return isNegative ? -(magnitude + 1) : magnitude
  }

  /// IEEE 754's binary16.
  private static func half(_ bits: UInt16) -> Double {
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction / 1024) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
