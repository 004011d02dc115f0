import Datasets
import Randomness
import Testing

@testable import Autopilot

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

  @Test func `tenths of probabilities have their mean and how often it was so`() {
    let bins = AutopilotReport.ReliabilityBin.tenths(
      [0, 0.05, 0.1, 0.95, 1, .nan], happened: [false, true, false, true, true, true])
    #expect(bins.map(\.rows) == [2, 1, 2])
    #expect(bins.map(\.predicted) == [0.025, 0.1, 0.975])
    #expect(bins.map(\.observed) == [0.5, 0, 1])
  }

  @Test func `the worst rows are those with the largest losses, counted from 1`() {
    let rows = AutopilotReport.Row.worst(
      rows: [10, 20, 30, 40], losses: [0.5, .nan, 2, 0.5], most: 2, truth: { "t\($0)" }, prediction: { "p\($0)" })
    #expect(
      rows == [
        .init(row: 31, truth: "t2", prediction: "p2", loss: 2),
        .init(row: 11, truth: "t0", prediction: "p0", loss: 0.5),
      ])
  }

  @Test func `groups have their own scores and shares, the largest first`() throws {
    // Rows 5 and on: 30 of a, 20 of b, 5 of c, which are too few, 15 without a value.
    let codes = (0..<75).map { row -> Int32 in row < 5 ? 2 : row < 35 ? 0 : row < 55 ? 1 : row < 60 ? 2 : -1 }
    let column = Column.categories(Words(levels: ["a", "b", "c"], codes: codes))
    let rows = Array(5..<75)
    let predicted = rows.map { $0 % 2 == 0 ? 1.0 : 0 }
    let observed = rows.map { $0 < 35 ? $0 % 2 == 0 ? 1.0 : 0 : 1 }
    let groups = GroupScores.of(column, rows: rows, predicted: predicted, observed: observed) { places in
      Double(places.count { predicted[$0] == observed[$0] }) / Double(places.count)
    }
    #expect(groups.map(\.value) == ["a", "b", "missing"])
    #expect(groups.map(\.rows) == [30, 20, 15])
    #expect(groups[0].score == .init(1, low: 1, high: 1))
    #expect(groups.map(\.predicted) == [0.5, 0.5, 8.0 / 15])
    #expect(groups.map(\.observed) == [0.5, 1, 1])
    #expect(abs(groups[1].score.value - 0.5) < 1e-12)
    #expect(try #require(groups[1].score.low) < 0.4)
  }
}
