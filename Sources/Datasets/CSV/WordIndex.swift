import Foundation

/// Gives every different string of bytes a number, in the order of their first appearance.
struct WordIndex {
  private(set) var words: [String] = []
  /// The bytes of all words, one after another; word i ends at `ends[i]`.
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  /// Open addressing; the size is a power of two and at most half is in use.
  private var slots = [Slot](repeating: Slot(), count: 32)

  /// A word's number, or -1, and the upper half of its hash, which settles nearly every comparison on the spot.
  private struct Slot {
    var code: Int32 = -1
    var hash: UInt32 = 0
  }

  /// The number of a word; nil where it is new and not valid UTF-8.
  mutating func code(of word: UnsafeBufferPointer<UInt8>) -> Int32? {
    let hash = Self.hash(word)
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place].code >= 0 {
      let slot = slots[place]
      if slot.hash == UInt32(hash >> 32), isWord(Int(slot.code), word) { return slot.code }
      place = (place + 1) & (slots.count - 1)
    }
    guard let text = String(validating: word, as: UTF8.self) else { return nil }
    let code = Int32(words.count)
    words.append(text)
    bytes.append(contentsOf: word)
    ends.append(bytes.count)
    hashes.append(hash)
    slots[place] = Slot(code: code, hash: UInt32(hash >> 32))
    if 2 * words.count > slots.count { grow() }
    return code
  }

  /// The bytes of a word.
  func withBytes<Result>(of code: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let start = code == 0 ? 0 : ends[code - 1]
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<ends[code]])) }
  }

  private func isWord(_ code: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = code == 0 ? 0 : ends[code - 1]
    guard ends[code] - start == word.count else { return false }
    return bytes.withUnsafeBufferPointer { memcmp($0.baseAddress! + start, word.baseAddress!, word.count) == 0 }
  }

  private mutating func grow() {
    slots = [Slot](repeating: Slot(), count: 4 * slots.count)
    for (code, hash) in hashes.enumerated() {
      var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[place].code >= 0 { place = (place + 1) & (slots.count - 1) }
      slots[place] = Slot(code: Int32(code), hash: UInt32(hash >> 32))
    }
  }

  /// Eight bytes at a time: multiply, and fold the upper half, which depends on all bits, into the lower.
  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let raw = UnsafeRawBufferPointer(word)
    var hash = UInt64(truncatingIfNeeded: word.count) &* 0x9e37_79b9_7f4a_7c15
    func mix(_ chunk: UInt64) {
      hash = (hash ^ chunk) &* 0xd6e8_feb8_6659_fd93
      hash ^= hash >> 32
    }
    var at = 0
    while at + 8 <= raw.count {
      mix(raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    var rest: UInt64 = 0
    while at < raw.count {
      rest = rest << 8 | UInt64(raw[at])
      at += 1
    }
    mix(rest)
    return hash
  }
}
