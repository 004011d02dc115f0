import Foundation
import Randomness
import Testing

@testable import Validation

/// Intervals and sets with a coverage, thresholds by cost, labels that are doubted.
@Suite struct ConformalTests {
  private static func uniform(_ generator: inout CounterGenerator) -> Double {
    (Double(generator.integer(below: 1 << 30)) + 0.5) / Double(1 << 30)
  }

  @Test func `the quantile is the one that a finite sample needs`() {
    let scores = ConformalScores([0.3, 0.1, 0.9, 0.5, 0.2, 0.4, 0.8, 0.6, 0.7])
    // ⌈10 · 0.9⌉ = 9, ⌈10 · 0.8⌉ = 8, ⌈10 · 0.05⌉ = 1
    #expect(scores.quantile(coverage: 0.9) == 0.9 && scores.quantile(coverage: 0.8) == 0.8)
    #expect(scores.quantile(coverage: 0.05) == 0.1)
    #expect(scores.quantile(coverage: 0.91) == nil)
    #expect(ConformalScores.fewestRows(for: 0.9) == 9 && ConformalScores.fewestRows(for: 0.95) == 19)
    #expect(ConformalScores.fewestRows(for: 0.9999) == 9_999)
    #expect(ConformalScores.fewestRows(for: 0.5) == 1 && ConformalScores([]).quantile(coverage: 0.5) == nil)
  }

  @Test(arguments: [0.5, 0.8, 0.9])
  func `intervals cover what was asked for, over 200 seeds`(coverage: Double) throws {
    var (covered, rows) = (0, 0)
    for seed in 0..<UInt64(200) {
      var generator = CounterGenerator(SeedSequence(seed))
      // Skewed errors around a model's predictions.
      func error() -> Double { -log(Self.uniform(&generator)) - 1 }
      let calibration = (0..<199).map { _ in error() }
      let scores = ConformalScores(truth: calibration, predicted: [Double](repeating: 0, count: 199))
      let quantile = try #require(scores.quantile(coverage: coverage))
      for _ in 0..<200 where abs(error()) <= quantile { covered += 1 }
      rows += 200
    }
    #expect(abs(Double(covered) / Double(rows) - coverage) < 0.01)
  }

  @Test(arguments: [0.8, 0.9])
  func `sets of classes cover what was asked for, over 200 seeds`(coverage: Double) throws {
    var (covered, rows) = (0, 0)
    for seed in 0..<UInt64(200) {
      let data = CalibrationTests.overconfident(400, classes: 3, seed: seed)
      let known = Array(0..<199)
      let scores = ConformalScores(data.probabilities.rows(known), labels: known.map { data.labels[$0] })
      let quantile = try #require(scores.quantile(coverage: coverage))
      for row in 199..<400 {
        let set = ConformalScores.set(data.probabilities.values[row * 3..<row * 3 + 3], quantile: quantile)
        if set.contains(data.labels[row]) { covered += 1 }
      }
      rows += 201
    }
    #expect(abs(Double(covered) / Double(rows) - coverage) < 0.01)
  }

  @Test func `the threshold is that of the least cost, by trying all`() {
    var generator = CounterGenerator(SeedSequence(7))
    for costs in [
      MistakeCosts(falsePositive: 1, falseNegative: 10), MistakeCosts(falsePositive: 5, falseNegative: 1),
      MistakeCosts(falsePositive: 0, falseNegative: 1), MistakeCosts(falsePositive: 1, falseNegative: 0),
    ] {
      for _ in 0..<20 {
        let probabilities = (0..<40).map { _ in (Self.uniform(&generator) * 20).rounded() / 20 }
        let isPositive = probabilities.map { Self.uniform(&generator) < 0.2 + 0.6 * $0 }
        let best = costs.bestThreshold(probabilities, isPositive)
        let found = costs.mean(probabilities, isPositive, threshold: best)
        for threshold in stride(from: -0.01, through: 1.02, by: 0.005) {
          #expect(found <= costs.mean(probabilities, isPositive, threshold: threshold) + 1e-12)
        }
      }
    }
  }

  @Test func `of equal costs the threshold is the one of exact probabilities`() {
    let costs = MistakeCosts(falsePositive: 1, falseNegative: 3)
    #expect(costs.threshold == 0.25)
    #expect(costs.bestThreshold([0.1, 0.9], [false, true]) == 0.25)
    #expect(costs.bestThreshold([0.4, 0.9], [false, true]) == 0.65)
    #expect(costs.bestThreshold([1, 1], [false, false]) > 1)
  }

  @Test func `a tenth of the labels flipped is found`() throws {
    var generator = CounterGenerator(SeedSequence(2))
    let classes = 3
    var (values, given, flipped): ([Double], [Int], Set<Int>) = ([], [], [])
    for row in 0..<1_000 {
      let truth = row % classes
      let own = 0.85 + 0.14 * Self.uniform(&generator)
      values += (0..<classes).map { $0 == truth ? own : (1 - own) / 2 }
      if Self.uniform(&generator) < 0.1 {
        flipped.insert(row)
        given.append((truth + 1 + generator.integer(below: 2)) % classes)
      } else {
        given.append(truth)
      }
    }
    let probabilities = ClassProbabilities(values, classes: classes)
    let shares = [Double](repeating: 1.0 / 3, count: classes)
    let issues = try #require(LabelIssue.all(probabilities, labels: given, shares: shares))
    let found = Set(issues.map(\.row))
    let right = Double(found.intersection(flipped).count)
    #expect(right >= 0.9 * Double(flipped.count) && right >= 0.9 * Double(found.count))
    #expect(issues.allSatisfy { $0.suggested == $0.row % classes && $0.margin > 0 })
    #expect(zip(issues, issues.dropFirst()).allSatisfy { $0.selfConfidence <= $1.selfConfidence })
  }

  @Test func `probabilities that know nothing of the labels doubt none`() {
    let probabilities = ClassProbabilities((0..<200).flatMap { _ in [0.5, 0.5] }, classes: 2)
    #expect(LabelIssue.all(probabilities, labels: (0..<200).map { $0 % 2 }, shares: [0.5, 0.5]) == nil)
  }
}
