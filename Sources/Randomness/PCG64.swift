/// NumPy's generator: PCG XSL RR 128/64 (O'Neill 2014), from which `numpy.random.default_rng(seed)` and Gymnasium's
/// environments draw. Use it in environments, and wherever numbers must equal NumPy's: equal seeds give NumPy's very numbers.
///
/// ```swift
/// var generator = PCG64(seed: 123)
/// print(generator.random())  // 0.6823518632481435
/// print(generator.integers(0, 10), generator.permutation(4))  // 5 [1, 0, 2, 3]
/// print((1...6).randomElement(using: &generator)!)  // 2
/// ```
///
/// `integers`, `choice`, `permutation` and the rest are those of NumPy's `Generator`, in PCG64+Distributions. The standard
/// library's methods take it too, with numbers that NumPy does not have. It is `Codable`: a checkpoint keeps its state.
public struct PCG64: RandomNumberGenerator, Sendable, Hashable, Codable {
  @usableFromInline var stateHigh: UInt64
  @usableFromInline var stateLow: UInt64
  @usableFromInline let incrementHigh: UInt64
  @usableFromInline let incrementLow: UInt64
  /// The upper half of a 64-bit draw whose lower half was asked for as a 32-bit number; nil if there is none.
  @usableFromInline var half: UInt32?

  public init(seed: UInt64) { self.init(SeedSequence(seed)) }

  public init(_ seed: SeedSequence) {
    let words = seed.longWords(4)
    let increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
    var state = increment
    state = state &+ (UInt128(words[0]) << 64 | UInt128(words[1]))
    state = state &* Self.multiplier &+ increment
    stateHigh = UInt64(truncatingIfNeeded: state >> 64)
    stateLow = UInt64(truncatingIfNeeded: state)
    incrementHigh = UInt64(truncatingIfNeeded: increment >> 64)
    incrementLow = UInt64(truncatingIfNeeded: increment)
  }

  @usableFromInline static var multiplier: UInt128 { 2_549_297_995_355_413_924 << 64 | 4_865_540_595_714_422_341 }

  /// 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    let increment = UInt128(incrementHigh) << 64 | UInt128(incrementLow)
    let state = (UInt128(stateHigh) << 64 | UInt128(stateLow)) &* Self.multiplier &+ increment
    stateHigh = UInt64(truncatingIfNeeded: state >> 64)
    stateLow = UInt64(truncatingIfNeeded: state)
    let mixed = stateHigh ^ stateLow
    let rotation = stateHigh >> 58
    return mixed >> rotation | mixed << ((64 &- rotation) & 63)
  }

  /// 32 random bits: the lower half of a draw, then its upper half.
  @inlinable
  public mutating func next32() -> UInt32 {
    if let kept = half {
      half = nil
      return kept
    }
    let word = next()
    half = UInt32(truncatingIfNeeded: word >> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  /// A double in [0, 1), of 53 random bits.
  @inlinable
  public mutating func random() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A double in [low, high).
  @inlinable
  public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * random() }
}
