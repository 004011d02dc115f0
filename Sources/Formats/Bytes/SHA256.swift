import CKernels

/// SHA-256 (FIPS 180-4), for checkpoint files and artifacts.
///
/// Our own, because building swift-crypto takes longer than building everything else here.
package enum SHA256 {
  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]

  /// The digest of `bytes` in lower-case hexadecimal.
  package static func hexadecimal(_ bytes: [UInt8]) -> String {
    text(digest(bytes))
  }

  private static func text(_ digest: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The 32 bytes of the digest.
  package static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var stream = Stream()
    stream.add(bytes)
    return stream.digest()
  }

  /// A digest of bytes that come a piece at a time.
  package struct Stream {
    private var state: [UInt32] = [
      0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// Fewer than 64 bytes that make no block yet.
    private var rest: [UInt8] = []
    /// Bytes so far.
    package private(set) var count = 0
    /// The processor's instructions fold the blocks.
    private let usesInstructions: Bool

    package init() { self.init(usesInstructions: rl_has_sha256() != 0) }
    init(usesInstructions: Bool) { self.usesInstructions = usesInstructions }

    private static func fold(_ blocks: UnsafeRawBufferPointer, _ usesInstructions: Bool, into state: inout [UInt32]) {
      if usesInstructions, let bytes = blocks.baseAddress {
        rl_sha256_blocks(&state, constants, bytes.assumingMemoryBound(to: UInt8.self), blocks.count / 64)
      } else {
        compress(blocks, into: &state)
      }
    }

    package mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
      count += bytes.count
      var start = 0
      if !rest.isEmpty {
        start = min(64 - rest.count, bytes.count)
        rest += bytes[..<start]
        guard rest.count == 64 else { return }
        rest.withUnsafeBytes { Self.fold($0, usesInstructions, into: &state) }
        rest.removeAll(keepingCapacity: true)
      }
      let end = start + (bytes.count - start) / 64 * 64
      Self.fold(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), usesInstructions, into: &state)
      rest += bytes[end...]
    }

    /// The 32 bytes of the digest of what was added.
    package func digest() -> [UInt8] {
      var state = state
      var last = rest + [0x80]
      while last.count % 64 != 56 { last.append(0) }
      let bits = UInt64(count) * 8
      for shift in stride(from: 56, through: 0, by: -8) {
        last.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
      }
      last.withUnsafeBytes { Self.fold($0, usesInstructions, into: &state) }
      return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    }

    /// The digest in lower-case hexadecimal.
    package func hexadecimal() -> String { SHA256.text(digest()) }
  }

  /// Folds whole blocks of 64 bytes into `state` (FIPS 180-4, 6.2.2).
  private static func compress(_ blocks: UnsafeRawBufferPointer, into state: inout [UInt32]) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
      constants.withUnsafeBufferPointer { constants in
        for block in stride(from: 0, to: blocks.count, by: 64) {
          for i in 0..<16 {
            schedule[i] = UInt32(bigEndian: blocks.loadUnaligned(fromByteOffset: block + i * 4, as: UInt32.self))
          }
          for i in 16..<64 {
            let (x, y) = (schedule[i - 15], schedule[i - 2])
            let small0 = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3
            let small1 = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10
            schedule[i] = schedule[i - 16] &+ small0 &+ schedule[i - 7] &+ small1
          }
          var (a, b, c, d) = (state[0], state[1], state[2], state[3])
          var (e, f, g, h) = (state[4], state[5], state[6], state[7])
          for i in 0..<64 {
            let big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let first = h &+ big1 &+ (e & f ^ ~e & g) &+ constants[i] &+ schedule[i]
            let big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
            let second = big0 &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e) = (g, f, e, d &+ first)
            (d, c, b, a) = (c, b, a, first &+ second)
          }
          for (i, word) in [a, b, c, d, e, f, g, h].enumerated() { state[i] = state[i] &+ word }
        }
      }
    }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
}
