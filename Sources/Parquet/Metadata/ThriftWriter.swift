import Formats

/// Writes what `ThriftReader` reads. The fields of a structure are written in the order of their numbers.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  private var lastField = 0

  /// A structure of its own, as a list's element or the outermost.
  mutating func structure(_ write: (inout ThriftWriter) -> Void) {
    let outer = lastField
    lastField = 0
    write(&self)
    bytes.append(0)
    lastField = outer
  }

  mutating func structure(_ id: Int, _ write: (inout ThriftWriter) -> Void = { _ in }) {
    field(id, .structure)
    structure(write)
  }

  mutating func bool(_ id: Int, _ value: Bool) { field(id, value ? .yes : .no) }

  mutating func int8(_ id: Int, _ value: Int) {
    field(id, .byte)
    bytes.append(UInt8(truncatingIfNeeded: value))
  }

  mutating func int16(_ id: Int, _ value: Int) {
    field(id, .int16)
    bytes.append(zigzag: Int64(value))
  }

  mutating func int32(_ id: Int, _ value: Int) {
    field(id, .int32)
    bytes.append(zigzag: Int64(value))
  }

  mutating func int64(_ id: Int, _ value: Int) {
    field(id, .int64)
    bytes.append(zigzag: Int64(value))
  }

  mutating func binary(_ id: Int, _ value: [UInt8]) {
    field(id, .binary)
    binaryElement(value)
  }

  mutating func string(_ id: Int, _ value: String) { binary(id, Array(value.utf8)) }

  mutating func list<Element>(
    _ id: Int, of kind: ThriftReader.Kind, _ elements: [Element], _ write: (inout ThriftWriter, Element) -> Void
  ) {
    field(id, .list)
    if elements.count < 15 {
      bytes.append(UInt8(elements.count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      bytes.append(varint: UInt64(elements.count))
    }
    for element in elements { write(&self, element) }
  }

  mutating func int32Element(_ value: Int) { bytes.append(zigzag: Int64(value)) }

  mutating func binaryElement(_ value: [UInt8]) {
    bytes.append(varint: UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  private mutating func field(_ id: Int, _ kind: ThriftReader.Kind) {
    if (1...15).contains(id - lastField) {
      bytes.append(UInt8(id - lastField) << 4 | kind.rawValue)
    } else {
      bytes.append(kind.rawValue)
      bytes.append(zigzag: Int64(id))
    }
    lastField = id
  }
}
