import Randomness

/// Seeded changes of bytes: flips, extreme values, cuts, stretches removed and repeated.
struct Mutation {
  private var random: CounterGenerator

  init(seed: UInt64) { random = CounterGenerator(SeedSequence(seed)) }

  /// A number from 0 to below `limit`.
  mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }

  /// Changes `bytes` at one to four places; `words` are what a grammar of texts may be confused by.
  mutating func change(_ bytes: inout [UInt8], words: [[UInt8]] = []) {
    for _ in 0...below(4) where !bytes.isEmpty {
      switch below(words.isEmpty ? 5 : 7) {
      case 0: bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
      case 1: bytes[below(bytes.count)] = [0, 0xFF, 0x80, 0x7F][below(4)]
      case 2: bytes.removeLast(below(bytes.count))
      case 3:
        let start = below(bytes.count)
        bytes.removeSubrange(start..<min(bytes.count, start + below(40)))
      case 4:
        let start = below(bytes.count)
        bytes.insert(contentsOf: Array(bytes[start..<min(bytes.count, start + below(40))]), at: below(bytes.count))
      default: bytes.insert(contentsOf: words[below(words.count)], at: below(bytes.count + 1))
      }
    }
  }
}

/// CRC-32C, which logs and event files vouch for their bytes with.
func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { checksumTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
}

private let checksumTable: [UInt32] = (0..<256).map { index in
  (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
}

extension [UInt8] {
  func word(at offset: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << UInt32(8 * $1) } }

  mutating func put(_ word: UInt32, at offset: Int) {
    for i in 0..<4 { self[offset + i] = UInt8(truncatingIfNeeded: word >> UInt32(8 * i)) }
  }

  /// Makes every checksum of a log's segment right again, so that what was changed is believed.
  mutating func vouchForLog() {
    guard count >= 40 else { return }
    put(checksum(self[0..<36]), at: 36)
    var (offset, previous) = (40, word(at: 36))
    while offset + 32 <= count {
      let payload = offset + 32
      let length = Swift.min(Int(word(at: offset + 16)), count - payload)
      for (i, byte) in [0xF5, 0xC0, 0xDE, 0xFA].enumerated() { self[offset + i] = UInt8(byte) }
      put(UInt32(length), at: offset + 16)
      put(previous, at: offset + 20)
      put(checksum(self[payload..<payload + length]), at: offset + 24)
      previous = checksum(self[offset..<offset + 28])
      put(previous, at: offset + 28)
      offset = payload + length
    }
  }

  /// The same for the records of a TensorBoard event file.
  mutating func vouchForEvents() {
    func masked(_ range: Range<Int>) -> UInt32 {
      let crc = checksum(self[range])
      return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
    }
    var offset = 0
    while offset + 16 <= count {
      let length = Swift.min(Int(word(at: offset)), count - offset - 16)
      put(UInt32(length), at: offset)
      put(0, at: offset + 4)
      put(masked(offset..<offset + 8), at: offset + 8)
      put(masked(offset + 12..<offset + 12 + length), at: offset + 12 + length)
      offset += 16 + length
    }
  }
}
