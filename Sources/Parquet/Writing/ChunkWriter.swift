/// Encodes rows of one column after another as column chunks.
final class ChunkWriter {
  let options: ParquetOptions
  let pages: PageWriter
  /// The values that are not null, one after the other, and their places.
  let dense = PaddedBytes()
  let indices = PaddedBytes()

  init(_ options: ParquetOptions) {
    self.options = options
    pages = PageWriter(options)
  }

  /// What was encoded, to be written at the file's end.
  var bytes: [UInt8] { pages.output }

  /// Encodes rows; places in the chunk are counted from its first byte. The column fits the schema.
  func encode(_ data: ColumnData, rows: Range<Int>, as schema: ColumnSchema) throws(Fault) -> ColumnChunk {
    var fault: Fault?
    func attempt(_ work: () throws(Fault) -> ColumnChunk) -> ColumnChunk? {
      do throws(Fault) { return try work() } catch { fault = error }
      return nil
    }
    let chunk = withFlags(data.validity, rows) { flags, present in
      let column = Rows(schema: schema, range: rows, flags: flags, present: present)
      switch data.values {
      case .booleans(let values):
        return values.withUnsafeBytes { self.encodeBooleans($0, column) }
      case .int32s(let values): return values.withUnsafeBytes { self.encodeWords($0, column, UInt32.self) }
      case .int64s(let values): return values.withUnsafeBytes { self.encodeWords($0, column, UInt64.self) }
      case .floats(let values): return values.withUnsafeBytes { self.encodeWords($0, column, UInt32.self) }
      case .doubles(let values): return values.withUnsafeBytes { self.encodeWords($0, column, UInt64.self) }
      case .fixed(let bytes, let length):
        return bytes.withUnsafeBytes { self.encodeFixed($0, length, column) }
      case .strings(let strings):
        return strings.withPointers { bytes, offsets in
          attempt { () throws(Fault) in try self.encodeStrings(bytes, offsets, column) }
        }
      case .indexed(let strings):
        return attempt { () throws(Fault) in try self.encodeIndexed(strings, data.validity, column) }
      }
    }
    if let fault { throw fault }
    return chunk!
  }

  /// The rows to encode.
  struct Rows {
    let schema: ColumnSchema
    let range: Range<Int>
    /// 1 for each row of the range that is not null; nil where none is.
    let flags: UnsafePointer<UInt8>?
    /// How many are not null.
    let present: Int

    var count: Int { range.count }
  }

  private func withFlags(
    _ validity: [Bool]?, _ rows: Range<Int>, _ body: (UnsafePointer<UInt8>?, Int) -> ColumnChunk?
  ) -> ColumnChunk? {
    guard let validity, !rows.isEmpty else { return body(nil, rows.count) }
    return validity.withUnsafeBytes { bytes in
      let flags = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self) + rows.lowerBound
      let present = HybridRuns.ones(flags, count: rows.count)
      return present == rows.count ? body(nil, present) : body(flags, present)
    }
  }

  private func encodeWords<Word: FixedWidthInteger & UnsignedInteger>(
    _ bytes: UnsafeRawBufferPointer, _ rows: Rows, _: Word.Type
  ) -> ColumnChunk {
    let size = MemoryLayout<Word>.size
    let all = bytes.baseAddress.map { $0.assumingMemoryBound(to: Word.self) + rows.range.lowerBound }
    let words = compact(all ?? UnsafePointer(dense.words(Word.self, count: 0)), rows)
    let type = rows.schema.type
    let range = type.wordRange(UnsafeRawPointer(words), count: rows.present)
    pages.begin(rows, range)
    if options.hasDictionaries && rows.present > 0 {
      let found = indices.words(UInt32.self, count: rows.present)
      if let dictionary = WordDictionary(words, count: rows.present, indices: found) {
        dictionary.words.withUnsafeBytes { pages.writeDictionary($0, count: dictionary.words.count) }
        let width = DictionaryPolicy.indexWidth(dictionary.words.count)
        return pages.write(.indices(UnsafePointer(found), width: width))
      }
    }
    let isInteger = type.physical == .int32 || type.physical == .int64
    if options.hasDifferences, isInteger, let source = Self.differences(words, rows.present) {
      return pages.write(source)
    }
    return pages.write(.fixed(UnsafeRawPointer(words), length: size))
  }

  /// nil unless the numbers ascend and take less than half of the bytes as differences.
  private static func differences<Word: FixedWidthInteger & UnsignedInteger>(
    _ words: UnsafePointer<Word>, _ count: Int
  ) -> PageWriter.Values? {
    let bytes = UnsafeRawPointer(words)
    func judged<Number: FixedWidthInteger & SignedInteger>(_ numbers: UnsafePointer<Number>) -> Bool {
      guard count > 128, (1..<count).allSatisfy({ numbers[$0 - 1] <= numbers[$0] }) else { return false }
      let limit = count * MemoryLayout<Number>.size / 2
      return DeltaBinaryPacking.size(numbers, count: count, limit: limit) <= limit
    }
    if MemoryLayout<Word>.size == 4 {
      let numbers = bytes.assumingMemoryBound(to: Int32.self)
      return judged(numbers) ? .differences32(numbers) : nil
    }
    let numbers = bytes.assumingMemoryBound(to: Int64.self)
    return judged(numbers) ? .differences64(numbers) : nil
  }

  private func encodeBooleans(_ bytes: UnsafeRawBufferPointer, _ rows: Rows) -> ColumnChunk {
    let all = bytes.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) + rows.range.lowerBound }
    let flags = compact(all ?? UnsafePointer(dense.words(UInt8.self, count: 0)), rows)
    pages.begin(rows, ValueRange(booleans: flags, count: rows.present))
    return pages.write(.booleans(flags))
  }

  private func encodeFixed(_ bytes: UnsafeRawBufferPointer, _ length: Int, _ rows: Rows) -> ColumnChunk {
    let size = rows.present * length
    dense.reserve(size)
    if let base = bytes.baseAddress {
      var source = base + rows.range.lowerBound * length
      var output = dense.start
      for i in 0..<rows.count {
        if rows.flags.map({ $0[i] == 1 }) ?? true {
          output.copyMemory(from: source, byteCount: length)
          output += length
        }
        source += length
      }
    }
    pages.begin(rows, nil)
    return pages.write(.fixed(UnsafeRawPointer(dense.start), length: length))
  }

  /// The values that are not null, one after the other.
  func compact<Word: FixedWidthInteger>(_ words: UnsafePointer<Word>, _ rows: Rows) -> UnsafePointer<Word> {
    guard let flags = rows.flags else { return words }
    let output = dense.words(Word.self, count: rows.count)
    var count = 0
    for i in 0..<rows.count {
      output[count] = words[i]
      count &+= Int(flags[i])
    }
    return UnsafePointer(output)
  }
}

extension ColumnType {
  /// The range of values of four or eight bytes, as they compare; nil for none.
  fileprivate func wordRange(_ bytes: UnsafeRawPointer, count: Int) -> ValueRange? {
    switch physical {
    case .int32 where isUnsigned: ValueRange(integers: bytes.assumingMemoryBound(to: UInt32.self), count: count)
    case .int32: ValueRange(integers: bytes.assumingMemoryBound(to: Int32.self), count: count)
    case .int64 where isUnsigned: ValueRange(integers: bytes.assumingMemoryBound(to: UInt64.self), count: count)
    case .int64: ValueRange(integers: bytes.assumingMemoryBound(to: Int64.self), count: count)
    case .float: ValueRange(floats: bytes.assumingMemoryBound(to: Float.self), count: count)
    case .double: ValueRange(doubles: bytes.assumingMemoryBound(to: Double.self), count: count)
    case .boolean, .int96, .byteArray, .fixedLengthByteArray: nil
    }
  }
}
