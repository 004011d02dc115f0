import Datasets

/// Rows that are equal in all of their columns, missing values equal to each other.
struct RowDuplicates {
  /// Of each row the first one that equals it.
  let first: [Int32]
  /// The rows that equal an earlier one, ascending.
  var repeated: [Int] { first.indices.filter { first[$0] != $0 } }

  init(_ table: Table) {
    let count = table.rowCount
    var hashes = [UInt64](repeating: 0, count: count)
    for column in table.columns { Self.mix(column, into: &hashes) }
    var places = 16
    while places < 2 * count { places *= 2 }
    var slots = [Int32](repeating: -1, count: places)
    var first = [Int32](repeating: 0, count: count)
    for row in 0..<count {
      var place = Int(truncatingIfNeeded: hashes[row] >> 7) & (places - 1)
      while true {
        let other = slots[place]
        if other < 0 {
          slots[place] = Int32(row)
          first[row] = Int32(row)
          break
        }
        if hashes[Int(other)] == hashes[row], Self.areEqual(table, Int(other), row) {
          first[row] = other
          break
        }
        place = (place + 1) & (places - 1)
      }
    }
    self.first = first
  }

  private static func areEqual(_ table: Table, _ a: Int, _ b: Int) -> Bool {
    table.columns.allSatisfy { column in
      switch column {
      case .numbers(let values), .dates(let values): values[a] == values[b] || (values[a].isNaN && values[b].isNaN)
      case .categories(let words), .texts(let words): words.codes[a] == words.codes[b] || words[a] == words[b]
      case .missing, .leftOut: true
      }
    }
  }

  /// The hash of each row goes on with the column's values.
  static func mix(_ column: Column, into hashes: inout [UInt64]) {
    switch column {
    case .numbers(let values), .dates(let values):
      for row in hashes.indices {
        let value = values[row]
        hashes[row] = mixed(hashes[row], value.isNaN ? 0x7FF8_0000_0000_0000 : (value + 0).bitPattern)
      }
    case .categories(let words), .texts(let words):
      let levels = levelHashes(words)
      for row in hashes.indices {
        let code = Int(words.codes[row])
        hashes[row] = mixed(hashes[row], code < 0 ? 0x9E37 : levels[code])
      }
    case .missing, .leftOut: break
    }
  }

  /// By their bytes, so that equal levels are equal.
  private static func levelHashes(_ words: Words) -> [UInt64] {
    words.withLevels { bytes, ends in
      var start = 0
      return ends.map { end in
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        while start + 8 <= end {
          hash = mixed(hash, UnsafeRawPointer(bytes! + start).loadUnaligned(as: UInt64.self))
          start += 8
        }
        while start < end {
          hash = (hash ^ UInt64(bytes![start])) &* 0x100_0000_01b3
          start += 1
        }
        return hash
      }
    }
  }

  @inline(__always)
  static func mixed(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    let product = (hash ^ value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
