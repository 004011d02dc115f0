/// Strings of bytes, each row its own or each different one once.
extension ChunkWriter {
  func encodeStrings(
    _ bytes: UnsafeRawBufferPointer, _ offsets: UnsafePointer<Int>, _ rows: Rows
  ) throws(Fault) -> ColumnChunk {
    let (strings, places) = stringRows(bytes, offsets, rows)
    for row in rows.range where offsets[row + 1] - offsets[row] > Self.longest { throw Self.tooLong }
    if options.hasDictionaries && rows.present > 0 {
      let found = indices.words(UInt32.self, count: rows.present)
      if let dictionary = StringDictionaryBuilder(strings, indices: found) {
        // Every value is in the dictionary, so that its range is that of all.
        let firsts = dictionary.places.map { place in places.map { $0[Int(place)] } ?? place }
        let range = firsts.withUnsafeBufferPointer { firsts in
          rows.schema.type.stringRange(
            StringRows(
              bytes: strings.bytes, offsets: offsets, rows: firsts.baseAddress, range: rows.range,
              count: firsts.count))
        }
        return write(dictionary.plain, count: dictionary.count, range, rows)
      }
    }
    return writePlain(strings, rows)
  }

  /// Bytes are those that each row's own string would give.
  func encodeIndexed(_ column: IndexedStrings, _ validity: [Bool]?, _ rows: Rows) throws(Fault) -> ColumnChunk {
    if options.hasDictionaries && rows.present > 0 {
      let found = indices.words(UInt32.self, count: rows.present)
      let dictionary = column.indices.withUnsafeBufferPointer { all in
        IndexedDictionary(
          column.strings, self.compact(all.baseAddress! + rows.range.lowerBound, rows), count: rows.present,
          indices: found)
      }
      if let dictionary {
        if dictionary.longest > Self.longest { throw Self.tooLong }
        let range = column.strings.withPointers { bytes, offsets in
          dictionary.used.withUnsafeBufferPointer { used in
            rows.schema.type.stringRange(
              StringRows(
                bytes: bytes.baseAddress ?? UnsafeRawPointer(dense.start), offsets: offsets, rows: used.baseAddress,
                range: 0..<column.strings.count, count: used.count))
          }
        }
        return write(dictionary.plain, count: dictionary.used.count, range, rows)
      }
    }
    let own = column.expanded(rows.range, validity: validity)
    let all = Rows(schema: rows.schema, range: 0..<rows.count, flags: rows.flags, present: rows.present)
    var isTooLong = false
    let chunk = own.withPointers { bytes, offsets in
      isTooLong = (0..<rows.count).contains { offsets[$0 + 1] - offsets[$0] > Self.longest }
      return isTooLong ? ColumnChunk() : self.writePlain(self.stringRows(bytes, offsets, all).strings, all)
    }
    if isTooLong { throw Self.tooLong }
    return chunk
  }

  private static var longest: Int { 1 << 30 }
  private static var tooLong: Fault { .unsuitable("a value has more than 1 GiB") }

  private func write(_ dictionary: [UInt8], count: Int, _ range: ValueRange?, _ rows: Rows) -> ColumnChunk {
    pages.begin(rows, range)
    dictionary.withUnsafeBytes { pages.writeDictionary($0, count: count) }
    let found = UnsafePointer(indices.words(UInt32.self, count: rows.present))
    return pages.write(.indices(found, width: DictionaryPolicy.indexWidth(count)))
  }

  private func writePlain(_ strings: StringRows, _ rows: Rows) -> ColumnChunk {
    pages.begin(rows, rows.schema.type.stringRange(strings))
    return pages.write(.strings(strings))
  }

  /// The strings that are not null, and their rows where some are.
  private func stringRows(
    _ bytes: UnsafeRawBufferPointer, _ offsets: UnsafePointer<Int>, _ rows: Rows
  ) -> (strings: StringRows, places: UnsafePointer<UInt32>?) {
    var places: UnsafePointer<UInt32>?
    if let flags = rows.flags {
      let output = dense.words(UInt32.self, count: rows.count)
      var count = 0
      for i in 0..<rows.count {
        output[count] = UInt32(truncatingIfNeeded: i)
        count &+= Int(flags[i])
      }
      places = UnsafePointer(output)
    }
    let strings = StringRows(
      bytes: bytes.baseAddress ?? UnsafeRawPointer(dense.start), offsets: offsets, rows: places, range: rows.range,
      count: rows.present)
    return (strings, places)
  }
}

extension ByteStrings {
  func withPointers<Result>(_ body: (UnsafeRawBufferPointer, UnsafePointer<Int>) -> Result) -> Result {
    bytes.withUnsafeBytes { bytes in offsets.withUnsafeBufferPointer { body(bytes, $0.baseAddress!) } }
  }
}

/// The part of a column's different strings that a chunk has, in the order of their first row. Nothing is hashed.
private struct IndexedDictionary {
  /// The strings, each after its length in four bytes: PLAIN.
  private(set) var plain: [UInt8] = []
  /// Their places among those of the column.
  private(set) var used: [UInt32] = []
  private(set) var longest = 0

  /// Replaces places in the column's strings by places in the chunk's. nil where a dictionary would not pay.
  init?(
    _ strings: ByteStrings, _ source: UnsafePointer<UInt32>, count: Int, indices: UnsafeMutablePointer<UInt32>
  ) {
    var places = [Int32](repeating: -1, count: strings.count)
    var (size, plainBytes) = (0, 4 * count)
    for start in stride(from: 0, to: count, by: DictionaryPolicy.block) {
      let end = min(count, start + DictionaryPolicy.block)
      for i in start..<end {
        let string = Int(source[i])
        let length = strings.offsets[string + 1] - strings.offsets[string]
        plainBytes += length
        if places[string] < 0 {
          places[string] = Int32(truncatingIfNeeded: used.count)
          used.append(source[i])
          size += length + 4
          longest = max(longest, length)
        }
        indices[i] = UInt32(bitPattern: places[string])
      }
      if !DictionaryPolicy.goesOn(used.count, of: end, bytes: size) { return nil }
    }
    guard DictionaryPolicy.pays(used.count, of: count, dictionaryBytes: size, plainBytes: plainBytes) else {
      return nil
    }
    plain.reserveCapacity(size)
    for string in used {
      let bytes = strings[Int(string)]
      plain.append(littleEndian: UInt32(bytes.count))
      plain.append(contentsOf: bytes)
    }
  }
}

extension ColumnType {
  /// nil where strings of bytes do not compare byte by byte.
  fileprivate func stringRange(_ strings: StringRows) -> ValueRange? {
    switch logical {
    case nil, .bson: ValueRange(strings, isText: false)
    case .string, .enumeration, .json: ValueRange(strings, isText: true)
    default: nil
    }
  }
}
