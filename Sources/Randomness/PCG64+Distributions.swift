import Glibc

/// The draws of NumPy's `Generator`, number for number.
extension PCG64 {
  /// An integer in `low ..< high`: NumPy's `integers(low, high)` of type int64. Traps unless `low < high`.
  @inlinable
  public mutating func integers(_ low: Int, _ high: Int) -> Int {
    guard low < high else { fatalError("integers(\(low), \(high)): the range is empty") }
    return low &+ Int(bitPattern: UInt(bounded(upTo: UInt64(bitPattern: Int64(high &- 1 &- low)))))
  }

  /// An integer in `0 ..< count`: NumPy's `choice(count)`. Traps unless `count > 0`.
  @inlinable
  public mutating func choice(_ count: Int) -> Int {
    integers(0, count)
  }

  /// An index drawn by weight: NumPy's `choice(count, p=probabilities)`. Traps where `probabilities` is empty.
  public mutating func choice(probabilities: [Double]) -> Int {
    Self.index(of: random(), in: Self.distribution(probabilities))
  }

  /// `size` indices in `0 ..< count`: NumPy's `choice(count, size, replace, p)` with its default `shuffle=True`.
  ///
  /// All four cases are NumPy's: with and without replacement, with and without probabilities. Traps where `count` is not
  /// positive, where the lengths differ, or where there are fewer than `size` indices to draw without replacement.
  public mutating func choice(
    _ count: Int, size: Int, replacing: Bool = true, probabilities: [Double]? = nil
  ) -> [Int] {
    guard count > 0 && size >= 0 else { fatalError("choice(\(count), size: \(size)): nothing can be drawn so") }
    if let probabilities {
      guard probabilities.count == count else {
        fatalError("choice(\(count)): there are \(probabilities.count) probabilities for \(count) indices")
      }
      guard replacing else { return distinct(size, weightedBy: probabilities) }
      let distribution = Self.distribution(probabilities)
      return (0..<size).map { _ in Self.index(of: random(), in: distribution) }
    }
    guard replacing else { return distinct(size, of: count) }
    return (0..<size).map { _ in integers(0, count) }
  }

  /// The integers `0 ..< count` in random order: NumPy's `permutation(count)`.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }

  /// Puts the elements into random order: NumPy's `shuffle` of a one-dimensional array.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for index in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(index, Int(masked(upTo: UInt64(index))))
    }
  }

  /// A standard normal number by Box and Muller's transform (1958): two draws. NumPy's `normal` gives other numbers.
  package mutating func boxMullerNormal() -> Double {
    // 1 − random is in (0, 1], so the logarithm is finite.
    let radius = (-2 * log(1 - random())).squareRoot()
    return radius * cos(2 * .pi * random())
  }

  /// An index drawn by weight as Gymnasium's `categorical_sample` does: the first whose cumulative probability exceeds a
  /// random number, 0 where rounding leaves none.
  public mutating func categorical(_ probabilities: some Collection<Double>) -> Int {
    let threshold = random()
    var cumulative = 0.0
    for (index, probability) in probabilities.enumerated() {
      cumulative += probability
      if cumulative > threshold { return index }
    }
    return 0
  }
}

extension PCG64 {
  /// An integer in `0 ... bound`, unbiased: D. Lemire, "Fast Random Integer Generation in an Interval" (2019), on 32 bits
  /// where the bound fits them. Draws nothing where the bound is 0.
  @inlinable
  mutating func bounded(upTo bound: UInt64) -> UInt64 {
    if bound == 0 { return 0 }
    if bound < UInt64(UInt32.max) {
      let count = UInt32(bound) + 1
      var product = UInt64(next32()) * UInt64(count)
      if UInt32(truncatingIfNeeded: product) < count {
        let threshold = (0 &- count) % count
        while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(next32()) * UInt64(count) }
      }
      return product >> 32
    }
    if bound == UInt64(UInt32.max) { return UInt64(next32()) }
    if bound == .max { return next() }
    let count = bound + 1
    var product = next().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (0 &- count) % count
      while product.low < threshold { product = next().multipliedFullWidth(by: count) }
    }
    return product.high
  }

  /// An integer in `0 ... bound`, unbiased: as many low bits as the bound has, drawn again until they do not exceed it.
  private mutating func masked(upTo bound: UInt64) -> UInt64 {
    let mask = UInt64.max >> UInt64(bound.leadingZeroBitCount)
    while true {
      let value = (bound <= UInt64(UInt32.max) ? UInt64(next32()) : next()) & mask
      if value <= bound { return value }
    }
  }

  /// The shuffle inside NumPy's `choice`, which draws its integers in another way than `shuffle` does; leaves the elements
  /// before `first` where only later ones are wanted.
  private mutating func shuffleChoice(_ elements: inout [Int], downTo first: Int = 1) {
    for index in stride(from: elements.count - 1, through: first, by: -1) {
      elements.swapAt(index, Int(bounded(upTo: UInt64(index))))
    }
  }

  /// `size` distinct integers below `count`: the end of a shuffle for large shares of large counts, else Floyd's algorithm.
  private mutating func distinct(_ size: Int, of count: Int) -> [Int] {
    guard size <= count else { fatalError("choice(\(count), size: \(size)): too many without replacement") }
    if count > 10_000 && size > count / 50 {
      var order = Array(0..<count)
      shuffleChoice(&order, downTo: max(count - size, 1))
      return Array(order.suffix(size))
    }
    var seen: Set<Int> = []
    var drawn: [Int] = []
    for last in count - size..<count {
      let candidate = Int(bounded(upTo: UInt64(last)))
      let value = seen.contains(candidate) ? last : candidate
      seen.insert(value)
      drawn.append(value)
    }
    shuffleChoice(&drawn)
    return drawn
  }

  /// `size` distinct indices: rounds of weighted draws, each with the weights of those already found set to zero.
  private mutating func distinct(_ size: Int, weightedBy probabilities: [Double]) -> [Int] {
    guard probabilities.count(where: { $0 > 0 }) >= size else {
      fatalError("choice(size: \(size)): fewer indices than that have a positive probability")
    }
    var weights = probabilities
    var found: [Int] = []
    while found.count < size {
      let numbers = (found.count..<size).map { _ in random() }
      for index in found { weights[index] = 0 }
      let distribution = Self.distribution(weights)
      for number in numbers {
        let index = Self.index(of: number, in: distribution)
        if !found.contains(index) { found.append(index) }
      }
    }
    return found
  }

  /// Cumulative sums, divided by the last.
  private static func distribution(_ probabilities: [Double]) -> [Double] {
    guard !probabilities.isEmpty else { fatalError("choice needs at least one probability") }
    var sum = 0.0
    let sums = probabilities.map { probability in
      sum += probability
      return sum
    }
    return sums.map { $0 / sum }
  }

  /// The first index whose cumulative probability exceeds `number`.
  private static func index(of number: Double, in distribution: [Double]) -> Int {
    var (low, high) = (0, distribution.count)
    while low < high {
      let middle = (low + high) / 2
      if number < distribution[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
