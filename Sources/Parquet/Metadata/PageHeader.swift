/// How values are encoded in a page.
enum PageEncoding: Int {
  case plain = 0
  case plainDictionary = 2
  case runLength = 3
  case bitPacked = 4
  case deltaBinaryPacked = 5
  case deltaLengthByteArray = 6
  case deltaByteArray = 7
  case dictionary = 8
  case byteStreamSplit = 9
}

/// What stands before a page.
struct PageHeader {
  enum Kind: Int { case data = 0, index, dictionary, dataVersion2 }

  var kind = -1
  var uncompressedSize = -1
  var compressedSize = -1
  var checksum: UInt32?
  /// Nulls count, too.
  var valueCount = -1
  var encoding = -1
  /// Of a data page of version 1.
  var levelEncoding = PageEncoding.runLength.rawValue
  /// Of a data page of version 2.
  var nullCount = 0
  var rowCount = 0
  var levelBytes = 0
  var repetitionBytes = 0
  var isCompressed = true

  init() {}

  init(_ reader: inout ThriftReader) throws(Fault) {
    var found = PageHeader()
    try reader.structure { reader, field throws(Fault) in
      switch field.id {
      case 1: found.kind = try reader.int(field)
      case 2: found.uncompressedSize = try reader.int(field)
      case 3: found.compressedSize = try reader.int(field)
      case 4: found.checksum = UInt32(truncatingIfNeeded: try reader.int(field))
      case 5:
        try reader.structure(field) { reader, field throws(Fault) in
          switch field.id {
          case 1: found.valueCount = try reader.int(field)
          case 2: found.encoding = try reader.int(field)
          case 3: found.levelEncoding = try reader.int(field)
          default: return false
          }
          return true
        }
      case 7:
        try reader.structure(field) { reader, field throws(Fault) in
          switch field.id {
          case 1: found.valueCount = try reader.int(field)
          case 2: found.encoding = try reader.int(field)
          default: return false
          }
          return true
        }
      case 8:
        try reader.structure(field) { reader, field throws(Fault) in
          switch field.id {
          case 1: found.valueCount = try reader.int(field)
          case 2: found.nullCount = try reader.int(field)
          case 3: found.rowCount = try reader.int(field)
          case 4: found.encoding = try reader.int(field)
          case 5: found.levelBytes = try reader.int(field)
          case 6: found.repetitionBytes = try reader.int(field)
          case 7: found.isCompressed = try reader.bool(field)
          default: return false
          }
          return true
        }
      default: return false
      }
      return true
    }
    let sizes = 0...Int(Int32.max)
    guard sizes ~= found.uncompressedSize, sizes ~= found.compressedSize else {
      throw .damaged("a page has no size")
    }
    let isKnown = found.kind != Kind.index.rawValue && Kind(rawValue: found.kind) != nil
    guard !isKnown || sizes ~= found.valueCount else { throw .damaged("a page has no number of values") }
    self = found
  }

  /// Of a page this program writes; `checksum` is set.
  func write(to writer: inout ThriftWriter) {
    writer.structure {
      $0.int32(1, kind)
      $0.int32(2, uncompressedSize)
      $0.int32(3, compressedSize)
      if let checksum { $0.int32(4, Int(Int32(bitPattern: checksum))) }
      switch Kind(rawValue: kind) {
      case .dictionary:
        $0.structure(7) {
          $0.int32(1, valueCount)
          $0.int32(2, encoding)
        }
      case .dataVersion2:
        $0.structure(8) {
          $0.int32(1, valueCount)
          $0.int32(2, nullCount)
          $0.int32(3, valueCount)
          $0.int32(4, encoding)
          $0.int32(5, levelBytes)
          $0.int32(6, 0)
          $0.bool(7, isCompressed)
        }
      default:
        $0.structure(5) {
          $0.int32(1, valueCount)
          $0.int32(2, encoding)
          $0.int32(3, PageEncoding.runLength.rawValue)
          $0.int32(4, PageEncoding.runLength.rawValue)
        }
      }
    }
  }
}
