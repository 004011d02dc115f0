/// The different ones among many words, in the order of their first place, found by hashing.
struct WordDictionary<Word: FixedWidthInteger & UnsignedInteger> {
  private(set) var words: [Word] = []

  /// Replaces each word by its place in the dictionary. nil where a dictionary would not pay: more than half of the words
  /// are different ones.
  init?(_ source: UnsafePointer<Word>, count: Int, indices: UnsafeMutablePointer<UInt32>) {
    var table = HashTable(capacity: 1 << 12)
    var found: [Word] = []
    for start in stride(from: 0, to: count, by: DictionaryPolicy.block) {
      let end = min(count, start + DictionaryPolicy.block)
      table.reserve(found.count + end - start) { Self.hash(found[Int($0)]) }
      found.reserveCapacity(found.count + end - start)
      let (shift, mask) = (table.shift, table.mask)
      table.slots.withUnsafeMutableBufferPointer { slots in
        for i in start..<end {
          let word = source[i]
          var slot = Int(truncatingIfNeeded: Self.hash(word) &>> shift)
          while true {
            let index = slots[slot]
            if index < 0 {
              slots[slot] = Int32(truncatingIfNeeded: found.count)
              indices[i] = UInt32(truncatingIfNeeded: found.count)
              found.append(word)
              break
            }
            if found[Int(index)] == word {
              indices[i] = UInt32(bitPattern: index)
              break
            }
            slot = (slot &+ 1) & mask
          }
        }
      }
      if !DictionaryPolicy.goesOn(found.count, of: end, bytes: found.count * MemoryLayout<Word>.size) { return nil }
    }
    guard
      DictionaryPolicy.pays(
        found.count, of: count, dictionaryBytes: found.count * MemoryLayout<Word>.size,
        plainBytes: count * MemoryLayout<Word>.size)
    else { return nil }
    words = found
  }

  @inline(__always)
  private static func hash(_ word: Word) -> UInt64 {
    var mixed = UInt64(word)
    mixed ^= mixed &>> 32
    mixed = mixed &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed &>> 29
    return mixed &* 0xBF58_476D_1CE4_E5B9
  }
}

/// Slots that hold indices, found by the highest bits of a hash; -1 where a slot is free.
struct HashTable {
  var slots: [Int32]
  private(set) var shift: UInt64
  var mask: Int { slots.count - 1 }

  /// `capacity`: a power of two.
  init(capacity: Int) {
    slots = Array(repeating: -1, count: capacity)
    shift = UInt64(64 - capacity.trailingZeroBitCount)
  }

  /// Sees that `count` entries fill at most half of the slots.
  mutating func reserve(_ count: Int, hash: (Int32) -> UInt64) {
    guard count * 2 > slots.count else { return }
    var larger = HashTable(capacity: 1 << (Int.bitWidth - (count * 2 - 1).leadingZeroBitCount))
    for index in slots where index >= 0 {
      var slot = Int(truncatingIfNeeded: hash(index) &>> larger.shift)
      while larger.slots[slot] >= 0 { slot = (slot + 1) & larger.mask }
      larger.slots[slot] = index
    }
    self = larger
  }
}

/// When a column chunk has a dictionary.
enum DictionaryPolicy {
  /// Values after which it is asked whether to go on.
  static let block = 1 << 12
  /// A dictionary is read as a whole.
  static let mostBytes = 1 << 20

  static func goesOn(_ different: Int, of seen: Int, bytes: Int) -> Bool {
    bytes <= mostBytes && (seen < 2 * block || different * 2 <= seen)
  }

  static func pays(_ different: Int, of count: Int, dictionaryBytes: Int, plainBytes: Int) -> Bool {
    count > 0 && different * 2 <= count && dictionaryBytes + count * indexWidth(different) / 8 < plainBytes
  }

  /// Bits an index takes.
  static func indexWidth(_ different: Int) -> Int { max(1, Int.bitWidth - (different - 1).leadingZeroBitCount) }
}
