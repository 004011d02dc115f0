/// Where the values of a column in a row group are, and how they are compressed.
struct ColumnChunk {
  var physical = 0
  var encodings: [Int] = []
  var path: [String] = []
  var codec = 0
  var valueCount = 0
  var uncompressedSize = 0
  var compressedSize = 0
  var dataPageOffset = 0
  var dictionaryPageOffset: Int?
  var statistics: ColumnStatistics?
  /// Whether its pages are in another file, or encrypted.
  var isElsewhere = false
  var isEncrypted = false

  init() {}

  init(_ reader: inout ThriftReader) throws(Fault) {
    var found = ColumnChunk()
    var hasMetadata = false
    try reader.structure { reader, field throws(Fault) in
      switch field.id {
      case 1: found.isElsewhere = try !reader.string(field).isEmpty
      case 3:
        try found.readMetadata(&reader, field)
        hasMetadata = true
      case 8, 9:
        found.isEncrypted = true
        return false
      default: return false
      }
      return true
    }
    guard hasMetadata || found.isEncrypted else { throw .damaged("a column chunk has no metadata") }
    self = found
  }

  private mutating func readMetadata(_ reader: inout ThriftReader, _ field: ThriftReader.Field) throws(Fault) {
    var found = self
    var seen: UInt32 = 0
    try reader.structure(field) { reader, field throws(Fault) in
      if 1...31 ~= field.id { seen |= 1 << UInt32(field.id) }
      switch field.id {
      case 1: found.physical = try reader.int(field)
      case 4: found.codec = try reader.int(field)
      case 5: found.valueCount = try reader.int(field)
      case 6: found.uncompressedSize = try reader.int(field)
      case 7: found.compressedSize = try reader.int(field)
      case 9: found.dataPageOffset = try reader.int(field)
      case 11: found.dictionaryPageOffset = try reader.int(field)
      case 12: found.statistics = try ColumnStatistics(&reader, field)
      default: return false
      }
      return true
    }
    let needed: UInt32 = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9
    guard seen & needed == needed else { throw .damaged("the metadata of a column chunk are incomplete") }
    self = found
  }

  func write(to writer: inout ThriftWriter) {
    writer.structure {
      $0.int64(2, 0)
      $0.structure(3) {
        $0.int32(1, physical)
        $0.list(2, of: .int32, encodings) { $0.int32Element($1) }
        $0.list(3, of: .binary, path) { $0.binaryElement(Array($1.utf8)) }
        $0.int32(4, codec)
        $0.int64(5, valueCount)
        $0.int64(6, uncompressedSize)
        $0.int64(7, compressedSize)
        $0.int64(9, dataPageOffset)
        if let dictionaryPageOffset { $0.int64(11, dictionaryPageOffset) }
        if let statistics { $0.structure(12) { statistics.write(to: &$0) } }
      }
    }
  }
}
