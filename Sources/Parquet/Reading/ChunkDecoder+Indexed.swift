/// Strings as their dictionary and the places in it.
extension ChunkDecoder {
  /// The strings of the chunk, `indexed` where every page refers to the dictionary. nil where only the first ones do: nothing is
  /// made of those.
  func decodeStrings() throws(Fault) -> ColumnData? {
    guard let first = try nextPage() else { return marked(.strings(try strings())) }
    guard first.isIndexed else { return marked(.strings(try strings(from: first))) }
    return try indexed(from: first).map { marked(.indexed($0)) }
  }

  private func indexed(from first: DecodablePage) throws(Fault) -> IndexedStrings? {
    try check(rows, of: MemoryLayout<UInt32>.size)
    guard let dictionary = pages.dictionary else { throw Self.noDictionary }
    let strings = try strings(of: dictionary)
    var isWhole = true
    let indices: [UInt32] = try array { (output: UnsafeMutablePointer<UInt32>) throws(Fault) in
      var read: DecodablePage? = first
      while let page = try self.nextPage(unless: &read) {
        let rows = output + page.row
        if page.present == 0 {
          rows.update(repeating: 0, count: page.count)
          continue
        }
        guard page.isIndexed else {
          isWhole = false
          output.update(repeating: 0, count: self.rows)
          return
        }
        rows.update(
          from: try self.indices(page.values, count: page.present, size: dictionary.count), count: page.present)
        page.spread(rows)
      }
    }
    return isWhole ? IndexedStrings(trusted: strings, indices: indices) : nil
  }

  private func strings(of dictionary: (values: ByteCursor, count: Int)) throws(Fault) -> ByteStrings {
    guard dictionary.count <= dictionary.values.count / 4 else { throw .truncated }
    try check(dictionary.count + 1, of: MemoryLayout<Int>.size)
    var bytes: [UInt8] = []
    let offsets: [Int] = try array(count: dictionary.count + 1) { (offsets: UnsafeMutablePointer<Int>) throws(Fault) in
      offsets[0] = 0
      var cursor = dictionary.values
      if dictionary.count > 0 {
        try self.appendPlain(&cursor, count: dictionary.count, to: &bytes, ends: offsets + 1)
      }
    }
    return ByteStrings(trusted: bytes, offsets: offsets)
  }
}

extension DecodablePage {
  /// Its values are places in the dictionary.
  fileprivate var isIndexed: Bool { present > 0 && (encoding == .dictionary || encoding == .plainDictionary) }
}
