/// Thrift's compact protocol, as far as Parquet's metadata need it. Depth is bounded, and so is every length.
struct ThriftReader {
  private(set) var bytes: ByteCursor

  /// A field's or an element's type on the wire.
  enum Kind: UInt8 {
    case yes = 1, no, byte, int16, int32, int64, double, binary, list, set, map, structure
  }

  struct Field {
    let id: Int
    let kind: Kind
  }

  init(_ bytes: ByteCursor) { self.bytes = bytes }

  /// Reads a structure: `read` takes the value of a field, or returns false to have it skipped.
  mutating func structure(
    _ read: (inout ThriftReader, Field) throws(Fault) -> Bool
  ) throws(Fault) {
    var id = 0
    while let field = try nextField(after: id) {
      id = field.id
      if try !read(&self, field) { try skip(field.kind, depth: 0) }
    }
  }

  /// Reads the list of a field: `read` takes one element after the other.
  mutating func list(
    _ field: Field, of kind: Kind, _ read: (inout ThriftReader) throws(Fault) -> Void
  ) throws(Fault) {
    try expect(field, .list)
    let (count, found) = try listHeader()
    guard count == 0 || found == kind else { throw .damaged("a list in the metadata has elements of another type") }
    for _ in 0..<count { try read(&self) }
  }

  mutating func structure(
    _ field: Field, _ read: (inout ThriftReader, Field) throws(Fault) -> Bool
  ) throws(Fault) {
    try expect(field, .structure)
    try structure(read)
  }

  mutating func bool(_ field: Field) throws(Fault) -> Bool {
    guard field.kind == .yes || field.kind == .no else { throw Self.wrongKind }
    return field.kind == .yes
  }

  mutating func int(_ field: Field) throws(Fault) -> Int {
    switch field.kind {
    case .byte: return Int(Int8(bitPattern: try bytes.byte()))
    case .int16, .int32, .int64: return Int(try bytes.zigzag())
    default: throw Self.wrongKind
    }
  }

  mutating func int32Element() throws(Fault) -> Int { Int(try bytes.zigzag()) }

  mutating func binary(_ field: Field) throws(Fault) -> [UInt8] {
    try expect(field, .binary)
    return try binaryElement()
  }

  mutating func binaryElement() throws(Fault) -> [UInt8] {
    let count = try bytes.size()
    return Array(UnsafeRawBufferPointer(start: try bytes.take(count), count: count))
  }

  mutating func string(_ field: Field) throws(Fault) -> String {
    String(decoding: try binary(field), as: UTF8.self)
  }

  private static let wrongKind = Fault.damaged("a field of the metadata has another type than it should")

  private func expect(_ field: Field, _ kind: Kind) throws(Fault) {
    guard field.kind == kind else { throw Self.wrongKind }
  }

  private mutating func nextField(after last: Int) throws(Fault) -> Field? {
    let header = try bytes.byte()
    if header == 0 { return nil }
    guard let kind = Kind(rawValue: header & 15) else { throw .damaged("the metadata have a field of an unknown type") }
    let id = header >> 4 == 0 ? Int(truncatingIfNeeded: try bytes.zigzag()) : last &+ Int(header >> 4)
    guard (-32_768...32_767).contains(id) else { throw .damaged("the metadata have a field of number \(id)") }
    return Field(id: id, kind: kind)
  }

  private mutating func listHeader() throws(Fault) -> (count: Int, kind: Kind?) {
    let header = try bytes.byte()
    let count = header >> 4 == 15 ? try bytes.size() : Int(header >> 4)
    // An element takes a byte at least.
    guard count <= bytes.count else { throw .truncated }
    return (count, Kind(rawValue: header & 15))
  }

  private mutating func skip(_ kind: Kind, depth: Int, isElement: Bool = false) throws(Fault) {
    guard depth < 32 else { throw .damaged("the metadata are nested too deeply") }
    switch kind {
    case .yes, .no: if isElement { _ = try bytes.byte() }
    case .byte: _ = try bytes.byte()
    case .int16, .int32, .int64: _ = try bytes.varint()
    case .double: _ = try bytes.take(8)
    case .binary: _ = try bytes.take(try bytes.size())
    case .list, .set:
      let (count, found) = try listHeader()
      guard let found else {
        guard count == 0 else { throw .damaged("the metadata have a list of an unknown type") }
        return
      }
      for _ in 0..<count { try skip(found, depth: depth + 1, isElement: true) }
    case .map:
      let count = try bytes.size()
      guard count <= bytes.count else { throw .truncated }
      if count == 0 { return }
      let kinds = try bytes.byte()
      guard let key = Kind(rawValue: kinds >> 4), let value = Kind(rawValue: kinds & 15) else {
        throw .damaged("the metadata have a map of an unknown type")
      }
      for _ in 0..<count {
        try skip(key, depth: depth + 1, isElement: true)
        try skip(value, depth: depth + 1, isElement: true)
      }
    case .structure:
      var id = 0
      while let field = try nextField(after: id) {
        id = field.id
        try skip(field.kind, depth: depth + 1)
      }
    }
  }
}
