import Testing

@testable import Formats

@Suite struct ChecksumTests {
  @Test("CRC-32C of RFC 3720, B.4, and of nine digits")
  func crcVectors() {
    let vectors: [([UInt8], UInt32)] = [
      (Array("123456789".utf8), 0xE306_9283), ([], 0), (Array(repeating: 0, count: 32), 0x8A91_36AA),
      (Array(repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
      (Array((0..<32).reversed()), 0x113F_DB5C),
    ]
    for (bytes, crc) in vectors { #expect(CRC32C.checksum(bytes, 0..<bytes.count) == crc) }
  }

  @Test("Eight bytes at a time give what bit by bit gives, at every length and alignment")
  func crcAgainstDefinition() {
    let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 * 151 + 7) }
    for start in 0..<9 {
      for end in start...bytes.count {
        var crc: UInt32 = ~0
        for byte in bytes[start..<end] {
          crc ^= UInt32(byte)
          for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
        }
        #expect(CRC32C.checksum(bytes, start..<end) == ~crc)
      }
    }
  }

  @Test("SHA-256 of NIST's examples")
  func shaVectors() {
    let long =
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
    let vectors = [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (long, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
      (
        String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ]
    for (text, digest) in vectors { #expect(SHA256.hexadecimal(Array(text.utf8)) == digest) }
  }

  @Test func `SHA-256 is the same by the processor's instructions and without them`() {
    for count in [0, 1, 55, 56, 63, 64, 65, 128, 1000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 * 31 + 7) }
      var plain = SHA256.Stream(usesInstructions: false)
      for start in stride(from: 0, to: count, by: 50) { plain.add(Array(bytes[start..<min(count, start + 50)])) }
      #expect(plain.digest() == SHA256.digest(bytes))
    }
  }
}
