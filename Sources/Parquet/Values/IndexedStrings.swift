/// Strings of bytes that repeat, each kept once: row i has `strings[indices[i]]`, as a dictionary page and its indices have it.
///
///     IndexedStrings(ByteStrings(["no", "yes"]), indices: [1, 0, 1])
package struct IndexedStrings: Hashable, Sendable {
  package let strings: ByteStrings
  /// 0 where a row is null.
  package let indices: [UInt32]

  /// Traps where an index has no string, but for zeros where there are no strings, all rows being null.
  package init(_ strings: ByteStrings, indices: [UInt32]) {
    precondition(indices.allSatisfy { Int($0) < max(1, strings.count) }, "an index has no string")
    self.init(trusted: strings, indices: indices)
  }

  init(trusted strings: ByteStrings, indices: [UInt32]) {
    self.strings = strings
    self.indices = indices
  }

  package var count: Int { indices.count }

  /// The strings of some rows, one after the other; an empty one where a row is null.
  func expanded(_ rows: Range<Int>, validity: [Bool]?) -> ByteStrings {
    var offsets = [Int](repeating: 0, count: rows.count + 1)
    let isPresent = { (row: Int) in validity?[row] ?? true }
    let starts = strings.offsets
    var end = 0
    for (place, row) in rows.enumerated() {
      let index = Int(indices[row])
      if isPresent(row) { end += starts[index + 1] - starts[index] }
      offsets[place + 1] = end
    }
    let bytes = [UInt8](unsafeUninitializedCapacity: end) { output, count in
      strings.bytes.withUnsafeBytes { source in
        guard end > 0, let base = output.baseAddress, let from = source.baseAddress else { return }
        for (place, row) in rows.enumerated() where offsets[place + 1] > offsets[place] {
          UnsafeMutableRawPointer(base + offsets[place]).copyMemory(
            from: from + starts[Int(indices[row])], byteCount: offsets[place + 1] - offsets[place])
        }
      }
      count = end
    }
    return ByteStrings(trusted: bytes, offsets: offsets)
  }
}

extension ColumnData {
  /// With every row's own string, where each is kept once.
  package var expanded: ColumnData {
    guard case .indexed(let indexed) = values else { return self }
    return ColumnData(.strings(indexed.expanded(0..<indexed.count, validity: validity)), validity: validity)
  }
}
