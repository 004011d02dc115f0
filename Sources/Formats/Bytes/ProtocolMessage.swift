/// Fields of a protocol-buffer message (the wire format of developers.google.com/protocol-buffers), appended to bytes.
extension [UInt8] {
  /// A text, bytes or a message: a field with its length before it.
  package mutating func append(field: Int, bytes: [UInt8]) {
    append(key: field, wireType: 2)
    append(varint: UInt64(bytes.count))
    self += bytes
  }

  package mutating func append(field: Int, text: String) { append(field: field, bytes: Array(text.utf8)) }

  package mutating func append(field: Int, integer: Int) {
    append(key: field, wireType: 0)
    append(varint: UInt64(bitPattern: Int64(integer)))
  }

  package mutating func append(field: Int, float: Float) {
    append(key: field, wireType: 5)
    append(littleEndian: float.bitPattern)
  }

  package mutating func append(field: Int, double: Double) {
    append(key: field, wireType: 1)
    append(littleEndian: double.bitPattern)
  }

  private mutating func append(key field: Int, wireType: UInt64) { append(varint: UInt64(field) << 3 | wireType) }
}
