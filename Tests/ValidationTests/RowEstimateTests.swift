import Randomness
import Testing

@testable import Validation

struct RowEstimateTests {
  @Test func `the interval of a share is that of the binomial distribution`() throws {
    // The 2.5 % and 97.5 % quantiles of 100 draws with probability 0.3 are 21 and 39.
    let estimate = try #require(RowEstimate().mean(of: (0..<100).map { $0 < 30 ? 1 : 0 }))
    #expect(abs(estimate.value - 0.3) < 1e-12)
    #expect(abs(try #require(estimate.low) - 0.21) <= 0.0101)
    #expect(abs(try #require(estimate.high) - 0.39) <= 0.0101)
  }

  @Test func `the same seed gives the same interval, another one another`() {
    var generator = CounterGenerator(SeedSequence(3))
    let values = (0..<50).map { _ in Double(generator.normal()) }
    #expect(RowEstimate(seed: 1).mean(of: values) == RowEstimate(seed: 1).mean(of: values))
    #expect(RowEstimate(seed: 1).mean(of: values)?.low != RowEstimate(seed: 2).mean(of: values)?.low)
  }

  @Test func `a paired difference leaves out what is hard for both`() throws {
    var generator = CounterGenerator(SeedSequence(4))
    let hard = (0..<200).map { _ in 10 * Double(generator.uniform()) }
    let better = hard.enumerated().map { $1 - 0.5 - ($0 % 2 == 0 ? 0.1 : -0.1) }
    let improvement = try #require(RowEstimate().improvement(of: better, over: hard))
    #expect(abs(improvement.value - 0.5) < 1e-9)
    // 1.96 × 0.1 / √200
    #expect(abs(try #require(improvement.low) - (0.5 - 0.01386)) < 0.003)
    #expect(abs(try #require(improvement.high) - (0.5 + 0.01386)) < 0.003)
  }

  @Test func `a score that is not defined of the rows has no estimate, and one that seldom is no interval`() {
    #expect(RowEstimate().score(rows: 10) { _ in nil } == nil)
    #expect(RowEstimate().mean(of: []) == nil)
    #expect(RowEstimate().mean(of: [1, .nan]) == nil)
    #expect(RowEstimate().mean(of: [2]) == .init(2))
    let seldom = RowEstimate().score(rows: 10) { Set($0).count == 10 ? 1 : nil }
    #expect(seldom == .init(1))
  }

  @Test func `several scores have the intervals that each has alone`() {
    var generator = CounterGenerator(SeedSequence(6))
    let values = (0..<40).map { _ in Double(generator.normal()) }
    func mean(_ places: [Int]) -> Double { places.reduce(0) { $0 + values[$1] } / Double(places.count) }
    func most(_ places: [Int]) -> Double? { places.map { values[$0] }.max() }
    let together = RowEstimate(seed: 2).scores(rows: 40) { [mean($0), most($0), nil] }
    #expect(
      together[0] == RowEstimate(seed: 2).score(rows: 40, mean)
        && together[1] == RowEstimate(seed: 2).score(rows: 40, most))
    #expect(together[0]?.low != nil && together[2] == nil)
    #expect(RowEstimate().scores(rows: 0) { _ in [1] }.isEmpty)
  }
}
