import Formats

/// Writes the pages of one column chunk after another.
final class PageWriter {
  /// Values that are not null, of a whole chunk.
  enum Values {
    case booleans(UnsafePointer<UInt8>)
    case fixed(UnsafeRawPointer, length: Int)
    case strings(StringRows)
    case indices(UnsafePointer<UInt32>, width: Int)
    case differences32(UnsafePointer<Int32>)
    case differences64(UnsafePointer<Int64>)

    var encoding: PageEncoding {
      switch self {
      case .booleans, .fixed, .strings: .plain
      case .indices: .dictionary
      case .differences32, .differences64: .deltaBinaryPacked
      }
    }
  }

  /// The chunk's bytes so far.
  private(set) var output: [UInt8] = []
  private let options: ParquetOptions
  private let compressor: Compressor
  private let page = PaddedBytes()
  private let compressed = PaddedBytes()
  private var rows = ChunkWriter.Rows(schema: ColumnSchema("", .bytes), range: 0..<0, flags: nil, present: 0)
  private var chunk = ColumnChunk()

  init(_ options: ParquetOptions) {
    self.options = options
    compressor = Compressor(options.compression)
  }

  /// Begins a chunk of these rows.
  func begin(_ rows: ChunkWriter.Rows, _ range: ValueRange?) {
    self.rows = rows
    output.removeAll(keepingCapacity: true)
    chunk = ColumnChunk()
    chunk.physical = rows.schema.type.physical.rawValue
    chunk.path = [rows.schema.name]
    chunk.codec = options.compression.codec.rawValue
    chunk.valueCount = rows.count
    var statistics = ColumnStatistics()
    statistics.nullCount = rows.count - rows.present
    if let range {
      statistics.minimum = range.minimum
      statistics.maximum = range.maximum
      statistics.isMinimumExact = range.isMinimumExact
      statistics.isMaximumExact = range.maximum == nil ? nil : range.isMaximumExact
    }
    chunk.statistics = statistics
  }

  func writeDictionary(_ plain: UnsafeRawBufferPointer, count: Int) {
    chunk.dictionaryPageOffset = 0
    chunk.encodings.append(PageEncoding.plain.rawValue)
    var header = PageHeader()
    header.kind = PageHeader.Kind.dictionary.rawValue
    header.valueCount = count
    header.encoding = PageEncoding.plain.rawValue
    header.uncompressedSize = plain.count
    header.compressedSize = compressor.compress(plain.baseAddress!, count: plain.count, into: compressed, at: 0)
    write(&header)
    chunk.dataPageOffset = output.count
  }

  /// Writes all data pages, and ends the chunk.
  func write(_ values: Values) -> ColumnChunk {
    chunk.encodings += [values.encoding.rawValue, PageEncoding.runLength.rawValue]
    var (row, value) = (0, 0)
    repeat {
      let end = pageEnd(values, from: row)
      let present = rows.flags.map { HybridRuns.ones($0 + row, count: end - row) } ?? end - row
      writePage(values, rows: row..<end, values: value..<value + present)
      (row, value) = (end, value + present)
    } while row < rows.count
    chunk.compressedSize = output.count
    return chunk
  }

  /// The row before which a page that begins at `row` ends.
  private func pageEnd(_ values: Values, from row: Int) -> Int {
    let end = min(rows.count, row + options.rowsPerPage)
    switch values {
    case .fixed(_, let length): return min(end, row + max(1, options.bytesPerPage / length))
    case .differences32, .differences64: return min(end, row + max(1, options.bytesPerPage / 8))
    case .booleans, .indices: return end
    case .strings(let strings):
      // Offsets ascend: the last row that fits is found by halving.
      let offsets = strings.offsets + strings.range.lowerBound
      func fits(_ end: Int) -> Bool { offsets[end] - offsets[row] + 4 * (end - row) <= options.bytesPerPage }
      if end == row || fits(end) { return end }
      var (low, high) = (row + 1, end)
      while high - low > 1 {
        let middle = (low + high) / 2
        if fits(middle) { low = middle } else { high = middle }
      }
      return low
    }
  }

  private func writePage(_ values: Values, rows range: Range<Int>, values valueRange: Range<Int>) {
    var header = PageHeader()
    header.valueCount = range.count
    header.nullCount = range.count - valueRange.count
    header.encoding = values.encoding.rawValue
    var levels = 0
    if rows.schema.isOptional {
      page.reserve(HybridRuns.room(range.count, width: 1) + 4)
      let start = page.start + 4
      levels =
        rows.flags.map { HybridRuns.encode(flags: $0 + range.lowerBound, count: range.count, into: start) }
        ?? HybridRuns.encode(ones: range.count, into: start)
    }
    if options.pageVersion == 1 {
      header.kind = PageHeader.Kind.data.rawValue
      page.start.storeBytes(of: UInt32(levels).littleEndian, as: UInt32.self)
      let prefix = rows.schema.isOptional ? levels + 4 : 0
      let size = prefix + append(values, valueRange, at: prefix)
      header.uncompressedSize = size
      header.compressedSize = compressor.compress(page.start, count: size, into: compressed, at: 0)
    } else {
      header.kind = PageHeader.Kind.dataVersion2.rawValue
      header.levelBytes = levels
      compressed.reserve(levels)
      compressed.start.copyMemory(from: page.start + 4, byteCount: levels)
      let size = append(values, valueRange, at: 0)
      header.uncompressedSize = levels + size
      var taken =
        options.compression == .none ? size : compressor.compress(page.start, count: size, into: compressed, at: levels)
      header.isCompressed = options.compression != .none && taken < size
      if !header.isCompressed {
        compressed.reserve(levels + size, keeping: levels)
        (compressed.start + levels).copyMemory(from: page.start, byteCount: size)
        taken = size
      }
      header.compressedSize = levels + taken
    }
    write(&header)
  }

  /// Writes a header, and the page that is in `compressed`.
  private func write(_ header: inout PageHeader) {
    if options.hasChecksums { header.checksum = pageChecksum(compressed.start, count: header.compressedSize) }
    var writer = ThriftWriter()
    header.write(to: &writer)
    output.append(contentsOf: writer.bytes)
    output.append(contentsOf: UnsafeRawBufferPointer(start: compressed.start, count: header.compressedSize))
    chunk.uncompressedSize += writer.bytes.count + header.uncompressedSize
  }

  /// Encodes values into the page behind its first bytes, which are kept; returns how many bytes they take.
  private func append(_ values: Values, _ range: Range<Int>, at offset: Int) -> Int {
    func room(_ count: Int) -> UnsafeMutableRawPointer {
      page.reserve(offset + count, keeping: offset)
      return page.start + offset
    }
    switch values {
    case .fixed(let bytes, let length):
      let size = range.count * length
      room(size).copyMemory(from: bytes + range.lowerBound * length, byteCount: size)
      return size
    case .booleans(let flags):
      return HybridRuns.packBits(flags + range.lowerBound, count: range.count, into: room(range.count / 8 + 1))
    case .indices(let indices, let width):
      let start = room(HybridRuns.room(range.count, width: width) + 1)
      start.storeBytes(of: UInt8(width), as: UInt8.self)
      return 1
        + HybridRuns.encode(indices + range.lowerBound, count: range.count, width: width, into: start + 1)
    case .differences32(let numbers): return append(numbers + range.lowerBound, range.count, room)
    case .differences64(let numbers): return append(numbers + range.lowerBound, range.count, room)
    case .strings(let strings):
      var size = 4 * range.count
      for i in range { size += strings.span(i).length }
      var start = room(size)
      for i in range {
        let (at, length) = strings.span(i)
        start.storeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian, as: UInt32.self)
        (start + 4).copyMemory(from: strings.bytes + at, byteCount: length)
        start += 4 + length
      }
      return size
    }
  }

  private func append<Number: FixedWidthInteger & SignedInteger>(
    _ numbers: UnsafePointer<Number>, _ count: Int, _ room: (Int) -> UnsafeMutableRawPointer
  ) -> Int {
    var bytes: [UInt8] = []
    DeltaBinaryPacking.encode(numbers, count: count, into: &bytes)
    bytes.withUnsafeBytes { room(bytes.count).copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
    return bytes.count
  }
}
