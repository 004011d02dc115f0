/// A fast generator whose whole state is a key and how many 32-bit words were drawn: Philox4x32-10. Use it for what learns:
/// actions, orders of minibatches, initial weights. Streams with different keys are independent, and `split` makes as many of
/// them as wanted, one for each environment or thread.
///
/// ```swift
/// let root = CounterGenerator(SeedSequence(7).child(named: "exploration"))
/// var streams = (0..<4).map { root.split($0) }
/// let noise = streams[2].normal()
/// streams[2] = root.split(2)
/// print(streams[2].normal() == noise)  // true
/// ```
public struct CounterGenerator: RandomNumberGenerator, Sendable {
  @usableFromInline let key: UInt64
  /// The number of 32-bit words drawn so far.
  @usableFromInline var position: UInt64
  /// The words of the four blocks that `position - 1` lies in; nothing yet where `position` is a multiple of 16.
  @usableFromInline var words: InlineArray<16, UInt32>

  /// The generator that belongs to `sequence`.
  public init(_ sequence: SeedSequence) {
    self.init(key: sequence.longWords(1)[0], position: 0)
  }

  init(key: UInt64, position: UInt64) {
    self.key = key
    self.position = position
    words = InlineArray(repeating: 0)
    if position % 16 != 0 { refill() }
  }

  /// The independent generator number `index` of this one; it depends on the key alone, not on what was drawn.
  ///
  /// Its key is the first half of a block that draws never reach, the one with 1 in the counter's upper half.
  public func split(_ index: UInt64) -> CounterGenerator {
    let words = Philox.block(counter: (index, 1), key: key)
    return CounterGenerator(key: UInt64(words[0]) | UInt64(words[1]) << 32, position: 0)
  }

  /// 32 random bits.
  @inlinable
  public mutating func next32() -> UInt32 {
    let index = Int(truncatingIfNeeded: position & 15)
    if index == 0 { refill() }
    position &+= 1
    return words[unchecked: index]
  }

  /// 64 random bits: two words, the lower half first.
  @inlinable
  public mutating func next() -> UInt64 {
    let low = UInt64(next32())
    return low | UInt64(next32()) << 32
  }

  /// Computes the sixteen words that the next one is among.
  @usableFromInline
  mutating func refill() {
    let blocks = Philox.blocks(counter: (position / 16 * 4, 0), key: key)
    for lane in 0..<4 {
      words[4 * lane] = blocks.x[lane]
      words[4 * lane + 1] = blocks.y[lane]
      words[4 * lane + 2] = blocks.z[lane]
      words[4 * lane + 3] = blocks.w[lane]
    }
  }
}

extension CounterGenerator: Hashable {
  public static func == (left: Self, right: Self) -> Bool {
    left.key == right.key && left.position == right.position
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(position)
  }
}

extension CounterGenerator: Codable {
  private enum CodingKeys: String, CodingKey { case key, position }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      key: try container.decode(UInt64.self, forKey: .key),
      position: try container.decode(UInt64.self, forKey: .position))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(key, forKey: .key)
    try container.encode(position, forKey: .position)
  }
}
