/// Some of a file's rows, kept column by column.
struct RowGroup {
  var chunks: [ColumnChunk] = []
  var byteCount = 0
  var rowCount = 0

  init() {}

  init(_ reader: inout ThriftReader) throws(Fault) {
    var found = RowGroup()
    var hasRows = false
    try reader.structure { reader, field throws(Fault) in
      switch field.id {
      case 1:
        try reader.list(field, of: .structure) { reader throws(Fault) in found.chunks.append(try ColumnChunk(&reader)) }
      case 2: found.byteCount = try reader.int(field)
      case 3:
        found.rowCount = try reader.int(field)
        hasRows = true
      default: return false
      }
      return true
    }
    guard hasRows, found.rowCount >= 0 else { throw .damaged("a row group has no number of rows") }
    self = found
  }

  func write(to writer: inout ThriftWriter, ordinal: Int) {
    let first = chunks.first.map { $0.dictionaryPageOffset ?? $0.dataPageOffset }
    writer.structure {
      $0.list(1, of: .structure, chunks) { $1.write(to: &$0) }
      $0.int64(2, byteCount)
      $0.int64(3, rowCount)
      if let first { $0.int64(5, first) }
      $0.int64(6, chunks.reduce(0) { $0 + $1.compressedSize })
      if ordinal < 1 << 15 { $0.int16(7, ordinal) }
    }
  }
}

/// What somebody noted in a file.
package struct KeyValue: Hashable, Sendable {
  package var key: String
  package var value: String?

  package init(_ key: String, _ value: String?) {
    self.key = key
    self.value = value
  }
}

/// The metadata at a file's end.
struct FileMetadata {
  var columns: [ColumnSchema] = []
  var rowCount = 0
  var rowGroups: [RowGroup] = []
  var keyValues: [KeyValue] = []
  var createdBy: String?

  init() {}

  init(_ bytes: ByteCursor) throws(Fault) {
    var reader = ThriftReader(bytes)
    var found = FileMetadata()
    var schema: [SchemaElement] = []
    var hasGroups = false
    try reader.structure { reader, field throws(Fault) in
      switch field.id {
      case 2:
        try reader.list(field, of: .structure) { reader throws(Fault) in schema.append(try SchemaElement(&reader)) }
      case 3: found.rowCount = try reader.int(field)
      case 4:
        hasGroups = true
        try reader.list(field, of: .structure) { reader throws(Fault) in found.rowGroups.append(try RowGroup(&reader)) }
      case 5:
        try reader.list(field, of: .structure) { reader throws(Fault) in
          found.keyValues.append(try KeyValue(&reader))
        }
      case 6: found.createdBy = try reader.string(field)
      case 8: throw .unsupported("the file is encrypted, which is not supported")
      default: return false
      }
      return true
    }
    guard hasGroups, let root = schema.first else { throw .damaged("the metadata have no schema or no row groups") }
    let leafCount: Int
    (found.columns, leafCount) = try Self.columns(schema, root: root)
    for group in found.rowGroups where group.chunks.count != leafCount {
      throw .damaged("a row group has \(group.chunks.count) columns, and the schema \(leafCount)")
    }
    var rows = 0
    for group in found.rowGroups {
      let (sum, overflow) = rows.addingReportingOverflow(group.rowCount)
      if overflow { throw .damaged("the row groups have more rows than can be counted") }
      rows = sum
    }
    guard rows == found.rowCount else {
      throw .damaged("the row groups have \(rows) rows, and the file is said to have \(found.rowCount)")
    }
    self = found
  }

  /// The columns right under the root, nested ones with the reason why they are not read, and the number of leaves.
  private static func columns(_ schema: [SchemaElement], root: SchemaElement) throws(Fault) -> ([ColumnSchema], Int) {
    var columns: [ColumnSchema] = []
    var (leaf, next) = (0, 1)
    while next < schema.count {
      let element = schema[next]
      next += 1
      let name = element.name
      if element.childCount == 0 && element.physical != nil && element.repetition < 2 {
        columns.append(
          ColumnSchema(name, try element.type(), isOptional: element.repetition == 1, refusal: nil, leaf: leaf))
        leaf += 1
        continue
      }
      columns.append(
        ColumnSchema(
          name, .bytes, isOptional: true,
          refusal: "the column is nested (a list, a map or a struct), and only flat columns can be read", leaf: leaf))
      var left = element.childCount
      if left == 0 && element.physical != nil { leaf += 1 }
      while left > 0 {
        guard next < schema.count else { throw .damaged("the schema ends before its last column") }
        left -= 1
        guard schema[next].childCount <= schema.count else { throw .damaged("a column has too many parts") }
        left += schema[next].childCount
        if schema[next].childCount == 0 && schema[next].physical != nil { leaf += 1 }
        next += 1
      }
    }
    guard columns.count == root.childCount else {
      throw .damaged("the schema has \(columns.count) columns, and its root says \(root.childCount)")
    }
    return (columns, leaf)
  }

  func written() -> [UInt8] {
    var writer = ThriftWriter()
    writer.structure {
      $0.int32(1, 2)
      $0.list(2, of: .structure, [nil] + columns) {
        if let column = $1 { $0.schemaElement(column) } else { $0.schemaRoot(columns: columns.count) }
      }
      $0.int64(3, rowCount)
      $0.list(4, of: .structure, Array(rowGroups.enumerated())) { $1.element.write(to: &$0, ordinal: $1.offset) }
      if !keyValues.isEmpty {
        $0.list(5, of: .structure, keyValues) { writer, pair in
          writer.structure {
            $0.string(1, pair.key)
            if let value = pair.value { $0.string(2, value) }
          }
        }
      }
      if let createdBy { $0.string(6, createdBy) }
      // How values compare in statistics: by their type, in all columns.
      $0.list(7, of: .structure, columns) { writer, _ in writer.structure { $0.structure(1) } }
    }
    return writer.bytes
  }
}

extension KeyValue {
  init(_ reader: inout ThriftReader) throws(Fault) {
    var found = KeyValue("", nil)
    var hasKey = false
    try reader.structure { reader, field throws(Fault) in
      switch field.id {
      case 1:
        found.key = try reader.string(field)
        hasKey = true
      case 2: found.value = try reader.string(field)
      default: return false
      }
      return true
    }
    guard hasKey else { throw .damaged("an entry of the metadata has no key") }
    self = found
  }
}
