import Glibc

/// The least and the greatest of values, as statistics have them.
struct ValueRange {
  var minimum: [UInt8]
  /// nil where no bound can be written.
  var maximum: [UInt8]?
  var isMinimumExact = true
  var isMaximumExact = true

  private init(_ minimum: some FixedWidthInteger, _ maximum: some FixedWidthInteger) {
    self.minimum = withUnsafeBytes(of: minimum.littleEndian) { Array($0) }
    self.maximum = withUnsafeBytes(of: maximum.littleEndian) { Array($0) }
  }

  /// nil for no values.
  init?<Word: FixedWidthInteger>(integers: UnsafePointer<Word>, count: Int) {
    guard count > 0 else { return nil }
    var (least, greatest) = (integers[0], integers[0])
    for i in 1..<count {
      least = min(least, integers[i])
      greatest = max(greatest, integers[i])
    }
    self.init(least, greatest)
  }

  /// NaNs have no place in an order; nil where there are no other values. A zero is that of both signs.
  init?(floats: UnsafePointer<Float>, count: Int) {
    guard let (least, greatest) = Self.range(floats, count) else { return nil }
    self.init(least.bitPattern, greatest.bitPattern)
  }

  init?(doubles: UnsafePointer<Double>, count: Int) {
    guard let (least, greatest) = Self.range(doubles, count) else { return nil }
    self.init(least.bitPattern, greatest.bitPattern)
  }

  init?(booleans: UnsafePointer<UInt8>, count: Int) { self.init(integers: booleans, count: count) }

  private static func range<Value: BinaryFloatingPoint>(_ values: UnsafePointer<Value>, _ count: Int) -> (Value, Value)?
  {
    var (least, greatest) = (Value.infinity, -Value.infinity)
    for i in 0..<count {
      // Comparisons with a NaN are false.
      if values[i] < least { least = values[i] }
      if values[i] > greatest { greatest = values[i] }
    }
    if least > greatest {
      // All are NaN, or infinities of one sign, which are not below and above themselves.
      guard let first = (0..<count).first(where: { !values[$0].isNaN }) else { return nil }
      (least, greatest) = (values[first], values[first])
    }
    return (least == 0 ? -Value.zero : least, greatest == 0 ? .zero : greatest)
  }

  /// The longest string that is kept whole.
  private static let longest = 64

  /// In the order of their bytes; nil for no strings. Long ones are cut to bounds.
  init?(_ strings: StringRows, isText: Bool) {
    guard strings.count > 0 else { return nil }
    var (least, greatest) = (strings.span(0), strings.span(0))
    var leastKey = Self.key(strings.bytes + least.start, least.length)
    var greatestKey = leastKey
    for i in 1..<strings.count {
      let span = strings.span(i)
      let key = Self.key(strings.bytes + span.start, span.length)
      if key <= leastKey, key < leastKey || Self.isLess(strings.bytes, span, least) { (least, leastKey) = (span, key) }
      if key >= greatestKey, key > greatestKey || Self.isLess(strings.bytes, greatest, span) {
        (greatest, greatestKey) = (span, key)
      }
    }
    func bytes(_ span: (start: Int, length: Int)) -> ArraySlice<UInt8> {
      Array(UnsafeRawBufferPointer(start: strings.bytes + span.start, count: min(span.length, Self.longest + 1)))[...]
    }
    (minimum, isMinimumExact) = (Array(Self.cut(bytes(least), isText)), least.length <= Self.longest)
    (maximum, isMaximumExact) = (Array(bytes(greatest)), greatest.length <= Self.longest)
    if !isMaximumExact { maximum = Self.above(Self.cut(bytes(greatest), isText), isText) }
  }

  /// The first eight bytes as a number that compares as they do.
  @inline(__always)
  private static func key(_ bytes: UnsafeRawPointer, _ length: Int) -> UInt64 {
    if length >= 8 { return UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)) }
    var key: UInt64 = 0
    for i in 0..<length { key |= UInt64(bytes.load(fromByteOffset: i, as: UInt8.self)) &<< UInt64(56 &- 8 &* i) }
    return key
  }

  private static func isLess(
    _ bytes: UnsafeRawPointer, _ a: (start: Int, length: Int), _ b: (start: Int, length: Int)
  ) -> Bool {
    let order = memcmp(bytes + a.start, bytes + b.start, min(a.length, b.length))
    return order < 0 || order == 0 && a.length < b.length
  }

  /// A beginning of at most 64 bytes that does not end inside of a character.
  private static func cut(_ bytes: ArraySlice<UInt8>, _ isText: Bool) -> ArraySlice<UInt8> {
    guard bytes.count > longest else { return bytes }
    var end = longest
    while isText && end > longest - 4 && bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return bytes.prefix(end)
  }

  /// The shortest string above all that begin so; nil if there is none.
  private static func above(_ beginning: ArraySlice<UInt8>, _ isText: Bool) -> [UInt8]? {
    guard isText else {
      guard let last = beginning.lastIndex(where: { $0 < 0xFF }) else { return nil }
      return beginning[..<last] + [beginning[last] + 1]
    }
    guard let text = String(validating: beginning, as: UTF8.self) else { return nil }
    var scalars = Array(text.unicodeScalars)
    while let last = scalars.popLast() {
      // The surrogates are no characters.
      if let next = Unicode.Scalar(last.value == 0xD7FF ? 0xE000 : last.value + 1) {
        var above = String.UnicodeScalarView(scalars)
        above.append(next)
        return Array(String(above).utf8)
      }
    }
    return nil
  }
}
