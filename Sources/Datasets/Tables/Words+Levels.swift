extension Words {
  /// The number of levels, whether a row has them or not.
  package var levelCount: Int { list.count }

  /// One level, without making strings of the others. Traps where there is none of this code.
  package func level(_ code: Int) -> String { list[code] }

  /// The rows of each level.
  package var levelCounts: [Int] {
    var counts = [Int](repeating: 0, count: list.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    return counts
  }

  /// The UTF-8 bytes of all levels one after another, and where each ends.
  package func withLevels<Result>(_ body: (UnsafePointer<UInt8>?, UnsafeBufferPointer<Int>) -> Result) -> Result {
    list.withAll(body)
  }

  /// The same as arrays, where each begins and the last ends.
  package var utf8Levels: (bytes: [UInt8], offsets: [Int]) {
    withLevels { bytes, ends in
      (Array(UnsafeBufferPointer(start: bytes, count: ends.last ?? 0)), [0] + ends)
    }
  }

  /// Strings, row by row; nil where there is no value.
  package init(_ values: some Sequence<String?>) {
    var places: [String: Int32] = [:]
    var levels: [String] = []
    let codes = values.map { value -> Int32 in
      guard let value else { return -1 }
      if let place = places[value] { return place }
      places[value] = Int32(levels.count)
      levels.append(value)
      return Int32(levels.count - 1)
    }
    self.init(levels: levels, codes: codes)
  }
}

extension Table {
  /// With other values in these columns. Traps where their number differs from the table's rows.
  package func replacing(_ replaced: [String: Column]) -> Table {
    Table(
      names: names, columns: zip(names, columns).map { replaced[$0] ?? $1 }, lines: lines,
      spellings: spellings.filter { replaced[$0.key] == nil })
  }
}
