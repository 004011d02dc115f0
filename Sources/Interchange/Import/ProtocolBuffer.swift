/// Goes through the fields of a protocol-buffer message (the wire format of developers.google.com/protocol-buffers).
package struct ProtocolBuffer {
  package enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ProtocolBuffer)
    case fixed32(UInt32)
  }

  private let bytes: [UInt8]
  private var rest: Range<Int>
  /// The message did not parse; `next` has returned nil because of it.
  package private(set) var isBroken = false

  package init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    rest = range
  }

  /// The next field, nil at the end and where the message does not parse.
  package mutating func next() -> (number: UInt64, value: Value)? {
    if rest.isEmpty || isBroken { return nil }
    guard let key = varint(), key >> 3 > 0, let value = value(wireType: key & 7) else {
      isBroken = true
      return nil
    }
    return (key >> 3, value)
  }

  /// The first field of that number that is a message, a text or bytes.
  package func firstMessage(_ number: UInt64) -> ProtocolBuffer? {
    var message = self
    while let field = message.next() {
      if field.number == number, case .bytes(let inner) = field.value { return inner }
    }
    return nil
  }

  /// All that is left, as UTF-8.
  package var text: String { String(decoding: bytes[rest], as: UTF8.self) }
  /// All that is left, as little-endian float32.
  var floats: [Double] { words(4).map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) } }
  /// All that is left, as little-endian float64.
  var doubles: [Double] { words(8).map(Double.init(bitPattern:)) }

  private func words(_ size: Int) -> [UInt64] {
    stride(from: rest.lowerBound, to: rest.upperBound - size + 1, by: size).map { littleEndian($0, size) }
  }

  private mutating func value(wireType: UInt64) -> Value? {
    switch wireType {
    case 0: return varint().map { .varint($0) }
    case 1: return fixed(8).map { .fixed64($0) }
    case 2:
      guard let length = varint(), length <= UInt64(rest.count) else { return nil }
      let end = rest.lowerBound + Int(length)
      defer { rest = end..<rest.upperBound }
      return .bytes(ProtocolBuffer(bytes, rest.lowerBound..<end))
    case 5: return fixed(4).map { .fixed32(UInt32(truncatingIfNeeded: $0)) }
    default: return nil
    }
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard !rest.isEmpty else { return nil }
      let byte = bytes[rest.lowerBound]
      rest = rest.lowerBound + 1..<rest.upperBound
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  private mutating func fixed(_ size: Int) -> UInt64? {
    guard rest.count >= size else { return nil }
    defer { rest = rest.lowerBound + size..<rest.upperBound }
    return littleEndian(rest.lowerBound, size)
  }

  private func littleEndian(_ offset: Int, _ size: Int) -> UInt64 {
    (0..<size).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }
}
