/// A seed from which any number of independent generators are derived: NumPy's `SeedSequence`. Use it to give each part of a
/// program its own generator from one seed, so that a new consumer does not shift the numbers of the others.
///
/// ```swift
/// let root = SeedSequence(42)
/// let worlds = PCG64(root.child(0))
/// let weights = CounterGenerator(root.child(named: "weights"))
/// let order = CounterGenerator(root.child(named: "minibatches"))
/// print(root.words(2))  // [3444837047, 2669555309]
/// ```
///
/// The algorithm is M. E. O'Neill's seed_seq_fe128 as NumPy's `numpy.random.SeedSequence` has it, with its pool of four
/// words; equal seeds and spawn keys give NumPy's very words.
public struct SeedSequence: Sendable, Hashable {
  /// 32-bit words, the least significant first.
  public let entropy: [UInt32]
  public let spawnKey: [UInt32]
  private let pool: [UInt32]

  public init(_ seed: UInt64) {
    self.init(entropy: seed >> 32 == 0 ? [UInt32(seed)] : [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)])
  }

  /// `entropy`: the seed's 32-bit words, the least significant first.
  public init(entropy: [UInt32], spawnKey: [UInt32] = []) {
    self.entropy = entropy
    self.spawnKey = spawnKey
    var words = entropy
    if !spawnKey.isEmpty {
      while words.count < Self.poolSize { words.append(0) }
    }
    pool = Self.mixed(words + spawnKey)
  }

  /// `count` 32-bit words.
  public func words(_ count: Int) -> [UInt32] {
    var constant: UInt32 = 0x8b51_f9dd
    return (0..<count).map { index in
      var word = pool[index % Self.poolSize] ^ constant
      constant = constant &* 0x58f3_8ded
      word = word &* constant
      return word ^ word >> 16
    }
  }

  /// `count` 64-bit words, each from two 32-bit ones, the lower first.
  public func longWords(_ count: Int) -> [UInt64] {
    let words = words(2 * count)
    return (0..<count).map { UInt64(words[2 * $0]) | UInt64(words[2 * $0 + 1]) << 32 }
  }

  /// The child that NumPy's `spawn` gives as its `index`-th.
  public func child(_ index: UInt32) -> SeedSequence {
    SeedSequence(entropy: entropy, spawnKey: spawnKey + [index])
  }

  /// A child with a name: its spawn key goes on with the two words of the name's 64-bit FNV-1a hash, the lower first.
  public func child(named name: String) -> SeedSequence {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return SeedSequence(
      entropy: entropy, spawnKey: spawnKey + [UInt32(truncatingIfNeeded: hash), UInt32(hash >> 32)])
  }

  private static let poolSize = 4

  private static func mixed(_ words: [UInt32]) -> [UInt32] {
    var constant: UInt32 = 0x43b0_d7e5
    func hash(_ word: UInt32) -> UInt32 {
      var word = word ^ constant
      constant = constant &* 0x931e_8875
      word = word &* constant
      return word ^ word >> 16
    }
    func mix(_ x: UInt32, _ y: UInt32) -> UInt32 {
      let word = 0xca01_f9dd &* x &- 0x4973_f715 &* y
      return word ^ word >> 16
    }
    var pool = (0..<poolSize).map { hash($0 < words.count ? words[$0] : 0) }
    for source in 0..<poolSize {
      for target in 0..<poolSize where source != target { pool[target] = mix(pool[target], hash(pool[source])) }
    }
    for word in words.dropFirst(poolSize) {
      for target in 0..<poolSize { pool[target] = mix(pool[target], hash(word)) }
    }
    return pool
  }
}
