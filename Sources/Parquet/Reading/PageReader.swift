/// A data page, expanded. Its bytes stay where they are until the next page is read.
struct DataPage {
  /// Rows, nulls included.
  var count: Int
  /// What says which rows are null; nil where no row can be.
  var levels: Levels?
  var encoding: PageEncoding
  var values: ByteCursor

  enum Levels {
    case runs(ByteCursor)
    case bits(ByteCursor)
  }
}

/// The pages of a column chunk, one in memory at a time, and its dictionary.
final class PageReader {
  private let bytes: FileBytes
  private let isOptional: Bool
  private let decompressor: Decompressor
  private let limit: Int
  /// Where the chunk's next byte that is not in `window` is in the file, and where the chunk must end.
  private var offset: Int
  private let end: Int
  /// Bytes of the file: those in `windowRange` of it are still to be read.
  private let window = PaddedBytes()
  private var windowRange = 0..<0
  private let page = PaddedBytes()
  private let dictionaryBytes = PaddedBytes()
  /// The values of the dictionary, PLAIN, and how many there are.
  private(set) var dictionary: (values: ByteCursor, count: Int)?
  private(set) var rowsLeft: Int

  /// `end`: where the file's pages end.
  init(
    _ bytes: FileBytes, _ chunk: ColumnChunk, rows: Int, isOptional: Bool, end: Int, limit: Int
  ) throws(Fault) {
    self.bytes = bytes
    self.isOptional = isOptional
    self.limit = limit
    guard !chunk.isEncrypted else { throw .unsupported("it is encrypted, which is not supported") }
    guard !chunk.isElsewhere else { throw .unsupported("its values are in another file, which is not supported") }
    decompressor = Decompressor(try Codec.readable(chunk.codec))
    guard chunk.valueCount == rows else {
      throw .damaged("a column chunk has \(chunk.valueCount) values, and its row group \(rows) rows")
    }
    rowsLeft = rows
    offset = chunk.dataPageOffset
    if let start = chunk.dictionaryPageOffset, start > 0 { offset = min(offset, start) }
    guard offset >= 4, offset <= end, chunk.compressedSize >= 0 else {
      throw .damaged("a column chunk lies outside of the file")
    }
    // Old writers leave the dictionary's header out of the size.
    let slack = 4096
    self.end = chunk.compressedSize > end - offset - slack ? end : offset + chunk.compressedSize + slack
  }

  /// nil after the last row.
  func next() throws(Fault) -> DataPage? {
    while rowsLeft > 0 {
      let header = try header()
      guard header.uncompressedSize <= limit, header.compressedSize <= limit else {
        throw .tooLarge(bytes: max(header.uncompressedSize, header.compressedSize), limit: limit)
      }
      guard header.compressedSize <= windowRange.count + (end - offset) else { throw .truncated }
      try fill(header.compressedSize)
      let body = ByteCursor(window.start + windowRange.lowerBound, count: header.compressedSize)
      windowRange = windowRange.lowerBound + header.compressedSize..<windowRange.upperBound
      if let checksum = header.checksum, pageChecksum(body.position, count: body.count) != checksum {
        throw .damaged("a page's checksum does not match")
      }
      switch PageHeader.Kind(rawValue: header.kind) {
      case .dictionary: try readDictionary(header, body)
      case .data: return try took(try dataPage(header, body))
      case .dataVersion2: return try took(try dataPageVersion2(header, body))
      // What is not known is no data.
      case .index, nil: continue
      }
    }
    return nil
  }

  private func took(_ page: DataPage) throws(Fault) -> DataPage {
    guard page.count <= rowsLeft else { throw .damaged("its pages have more rows than its row group") }
    rowsLeft -= page.count
    return page
  }

  private func readDictionary(_ header: PageHeader, _ body: ByteCursor) throws(Fault) {
    guard dictionary == nil else { throw .damaged("a column chunk has two dictionaries") }
    guard header.encoding == PageEncoding.plain.rawValue || header.encoding == PageEncoding.plainDictionary.rawValue
    else { throw .damaged("a dictionary has an unknown encoding, number \(header.encoding)") }
    let values = try expand(body, header.uncompressedSize, into: dictionaryBytes)
    if values.position == body.position {
      dictionaryBytes.reserve(values.count)
      dictionaryBytes.start.copyMemory(from: values.position, byteCount: values.count)
    }
    dictionary = (ByteCursor(dictionaryBytes.start, count: values.count), header.valueCount)
  }

  private func dataPage(_ header: PageHeader, _ body: ByteCursor) throws(Fault) -> DataPage {
    var values = try expand(body, header.uncompressedSize, into: page)
    var levels: DataPage.Levels?
    if isOptional {
      switch PageEncoding(rawValue: header.levelEncoding) {
      case .runLength: levels = .runs(try values.part(Int(try values.word32())))
      case .bitPacked: levels = .bits(try values.part((header.valueCount + 7) / 8))
      default: throw .damaged("levels have an unknown encoding, number \(header.levelEncoding)")
      }
    }
    return DataPage(count: header.valueCount, levels: levels, encoding: try encoding(header), values: values)
  }

  private func dataPageVersion2(_ header: PageHeader, _ body: ByteCursor) throws(Fault) -> DataPage {
    var rest = body
    guard header.repetitionBytes >= 0, header.levelBytes >= 0 else { throw .damaged("a page has levels of no size") }
    _ = try rest.part(header.repetitionBytes)
    let levels = try rest.part(header.levelBytes)
    let size = header.uncompressedSize - header.repetitionBytes - header.levelBytes
    guard size >= 0 else { throw .damaged("a page is smaller than its levels") }
    let isPlain = !header.isCompressed || decompressor.codec == .none
    // Where every row is null, some writers leave nothing to expand.
    let values = isPlain || rest.count == 0 ? rest : try expand(rest, size, into: page)
    return DataPage(
      count: header.valueCount, levels: isOptional ? .runs(levels) : nil, encoding: try encoding(header),
      values: values)
  }

  private func encoding(_ header: PageHeader) throws(Fault) -> PageEncoding {
    guard let encoding = PageEncoding(rawValue: header.encoding) else {
      throw .unsupported("its values have an unknown encoding, number \(header.encoding)")
    }
    return encoding
  }

  private func expand(_ body: ByteCursor, _ size: Int, into output: PaddedBytes) throws(Fault) -> ByteCursor {
    if decompressor.codec == .none {
      guard size == body.count else { throw .damaged("an uncompressed page has two sizes") }
      return body
    }
    try decompressor.expand(body, into: output, size: size)
    return ByteCursor(output.start, count: size)
  }

  /// The next page's header, of which nobody knows how long it is.
  private func header() throws(Fault) -> PageHeader {
    var wanted = 1 << 10
    while true {
      try fill(min(wanted, windowRange.count + end - offset))
      let cursor = ByteCursor(window.start + windowRange.lowerBound, count: windowRange.count)
      var reader = ThriftReader(cursor)
      do throws(Fault) {
        let header = try PageHeader(&reader)
        windowRange = windowRange.upperBound - reader.bytes.count..<windowRange.upperBound
        return header
      } catch {
        guard offset < end, wanted < 1 << 24, error == .truncated else { throw error }
        wanted = max(wanted, windowRange.count) * 4
      }
    }
  }

  /// Sees that `count` bytes are in the window, which moves what is there to its front.
  private func fill(_ count: Int) throws(Fault) {
    if windowRange.count >= count { return }
    let length = min(end - offset + windowRange.count, max(count, 1 << 18))
    let kept = windowRange.count
    if windowRange.lowerBound > 0 {
      window.start.copyMemory(from: window.start + windowRange.lowerBound, byteCount: kept)
    }
    window.reserve(length, keeping: kept)
    try bytes.read(at: offset, length - kept, into: window.start + kept)
    offset += length - kept
    windowRange = 0..<length
  }
}
