import Foundation
import Testing

@testable import Randomness

@Suite struct CounterGeneratorTests {
  /// The known answers published with Random123 for philox4x32 with 10 rounds: counter, key, block.
  @Test(
    arguments: [
      ([0, 0, 0, 0], [0, 0], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
      (
        [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [0xFFFF_FFFF, 0xFFFF_FFFF],
        [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
      ),
      (
        [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
        [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
      ),
    ] as [([UInt64], [UInt64], [UInt32])])
  func blocksAreThePublishedOnes(counter: [UInt64], key: [UInt64], expected: [UInt32]) {
    let low = counter[0] | counter[1] << 32
    let high = counter[2] | counter[3] << 32
    let key = key[0] | key[1] << 32
    #expect(Philox.block(counter: (low, high), key: key) == expected)
    if low < 2 { return }
    let later = Philox.blocks(counter: (low - 2, high), key: key)
    #expect([later.x[2], later.y[2], later.z[2], later.w[2]] == expected)
  }

  @Test func drawsAreTheWordsOfSuccessiveBlocks() {
    var generator = CounterGenerator(key: 0xA409_3822, position: 0)
    for counter in 0..<9 as Range<UInt64> {
      for word in Philox.block(counter: (counter, 0), key: 0xA409_3822) {
        #expect(generator.next32() == word)
      }
    }
  }

  @Test func aCodedGeneratorGoesOn() throws {
    var generator = CounterGenerator(SeedSequence(3))
    for _ in 0..<35 {
      var copy = try JSONDecoder().decode(CounterGenerator.self, from: JSONEncoder().encode(generator))
      #expect(copy == generator)
      var original = generator
      #expect((0..<9).map { _ in copy.next32() } == (0..<9).map { _ in original.next32() })
      _ = generator.next32()
    }
  }

  @Test func splitsDifferAndDoNotDependOnThePosition() {
    var root = CounterGenerator(SeedSequence(3))
    let early = root.split(4)
    _ = root.next()
    #expect(root.split(4) == early)
    #expect(Set((0..<1000 as Range<UInt64>).map { root.split($0) } + [root]).count == 1001)
    #expect(root.split(1).split(2) != root.split(2).split(1))
    // Streams of neighbouring splits look independent: correlation of 10,000 pairs within four standard errors.
    var (left, right) = (root.split(0), root.split(1))
    let correlation = (0..<10_000).reduce(0.0) { sum, _ in
      sum + (left.uniformDouble() - 0.5) * (right.uniformDouble() - 0.5)
    }
    #expect(abs(correlation * 12 / 10_000) < 0.04)
  }

  @Test func uniformNumbersFillTheirBins() {
    var generator = CounterGenerator(SeedSequence(11))
    let (floats, doubles) = (
      (0..<200_000).map { _ in Double(generator.uniform()) }, (0..<200_000).map { _ in generator.uniformDouble() }
    )
    for draws in [floats, doubles] {
      #expect(draws.allSatisfy { 0..<1 ~= $0 })
      // 100 bins: chi-squared with 99 degrees of freedom is below 160 with probability 0.9999.
      #expect(chiSquared(draws.map { Int($0 * 100) }, probabilities: Array(repeating: 0.01, count: 100)) < 160)
    }
    #expect((0..<1000).allSatisfy { _ in CounterGenerator.largestUniform < 1 })
  }

  @Test func normalNumbersFollowTheNormalDistribution() {
    var generator = CounterGenerator(SeedSequence(12))
    let draws = (0..<200_000).map { _ in Double(generator.normal()) }
    let mean = draws.reduce(0, +) / 200_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200_000
    #expect(abs(mean) < 0.01)
    #expect(abs(variance - 1) < 0.02)
    // Every draw put through the normal distribution function is uniform.
    let bins = draws.map { min(99, Int(0.5 * erfc(-$0 / 2.0.squareRoot()) * 100)) }
    #expect(chiSquared(bins, probabilities: Array(repeating: 0.01, count: 100)) < 160)
  }

  @Test func normalIsTheInverseOfTheDistributionFunction() {
    // At every 2¹⁶th word, which covers the middle, both tails, and their joints.
    for word in stride(from: UInt64(0), through: UInt64(UInt32.max), by: 65_521) {
      let probability = (Double(word) + 0.5) * 0x1p-32
      var generator = CounterGenerator.giving(UInt32(word))
      let z = Double(generator.normal())
      let tail = probability < 0.5 ? probability : 1 - probability
      #expect(abs(0.5 * erfc(abs(z) / 2.0.squareRoot()) / tail - 1) < 5e-6)
      #expect((z < 0) == (probability < 0.5))
    }
  }

  @Test func integersAreUnbiased() {
    var generator = CounterGenerator(SeedSequence(13))
    for count in [1, 2, 3, 7, 48] {
      let draws = (0..<100_000).map { _ in generator.integer(below: count) }
      let statistic = chiSquared(draws, probabilities: Array(repeating: 1 / Double(count), count: count))
      #expect(statistic < Double(count) + 6 * Double(2 * count).squareRoot() + 6)
    }
    // With 3·2³⁰ values a plain product of 32-bit words would give each residue class a different weight.
    for count in [3 << 30, 3 << 61] {
      let thirds = (0..<100_000).map { _ in generator.integer(below: count) / (count / 3) }
      #expect(chiSquared(thirds, probabilities: [1 / 3.0, 1 / 3.0, 1 / 3.0]) < 20)
    }
  }

  @Test func shufflesAreUniform() {
    var generator = CounterGenerator(SeedSequence(15))
    var counts: [[Int32]: Int] = [:]
    for _ in 0..<24_000 {
      var order: [Int32] = [0, 1, 2, 3]
      var span = order.mutableSpan
      generator.shuffle(&span)
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 24)
    // 24 orders, 1,000 each expected; 23 degrees of freedom.
    #expect(counts.values.reduce(0.0) { $0 + pow(Double($1) - 1000, 2) / 1000 } < 60)
  }
}

extension CounterGenerator {
  /// A generator whose next word is `word`.
  static func giving(_ word: UInt32) -> CounterGenerator {
    var generator = CounterGenerator(key: 0, position: 1)
    generator.words[1] = word
    return generator
  }

  static var largestUniform: Float {
    var generator = giving(.max)
    return generator.uniform()
  }
}

/// Pearson's statistic of `draws` against `probabilities`; infinite where an impossible value was drawn.
func chiSquared(_ draws: [Int], probabilities: [Double]) -> Double {
  var counts = Array(repeating: 0, count: probabilities.count)
  for draw in draws { counts[draw] += 1 }
  return zip(counts, probabilities).reduce(0) { sum, bin in
    let expected = bin.1 * Double(draws.count)
    if expected == 0 { return bin.0 == 0 ? sum : .infinity }
    return sum + (Double(bin.0) - expected) * (Double(bin.0) - expected) / expected
  }
}
