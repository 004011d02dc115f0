import Foundation
import Settings
import Testing

@testable import Trees

/// Gradients against differences of losses.
@Suite struct ObjectiveTests {
  private static let choices: [GBDT.ObjectiveChoice] = [
    .regression, .absolute, .huber, .quantile, .poisson, .gamma, .tweedie, .binary, .multiclass,
  ]

  @Test(arguments: choices) func `the gradient of a loss is its slope`(_ choice: GBDT.ObjectiveChoice) throws {
    var settings = GBDT()
    (settings.objective, settings.positiveWeight, settings.alpha) = (choice, 1.5, 0.7)
    let classes = choice == .binary ? 2 : choice == .multiclass ? 3 : nil
    let objective = try ObjectiveRecord(settings, classes: classes).objective
    let values: [Float] = classes == nil ? [0.3, 2, 5, 1.1] : [1, 0, 1, Float(classes! - 1)]
    let rows = TargetRows(values, weights: [1, 2, 0.5, 1.5])
    let count = 4 * objective.scoresPerRow
    let scores = (0..<count).map { 0.37 * Double(($0 * 5) % 7) - 0.9 }
    var (g, h) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    func loss(_ scores: [Double]) -> Double {
      var (g, h) = (g, h)
      return objective.gradients(rows, at: scores, &g, &h)
    }
    _ = objective.gradients(rows, at: scores, &g, &h)
    // The mean loss is over the weight of all rows, that of the second class included.
    let weight = choice == .binary ? 1.5 * 3 + 2 : 5.0
    for index in scores.indices {
      var (up, down) = (scores, scores)
      up[index] += 1e-2
      down[index] -= 1e-2
      let slope = (loss(up) - loss(down)) / 2e-2 * weight
      #expect(abs(slope - Double(g[index])) < 2e-3 * max(1, abs(slope)), "\(choice) \(index)")
      // Those of Poisson's and of several classes are larger than the second derivative.
      let curvature = (loss(up) + loss(down) - 2 * loss(scores)) / 1e-4 * weight
      let factor = choice == .poisson ? exp(0.7) : choice == .multiclass ? 1.5 : 1
      if [.regression, .huber, .poisson, .gamma, .tweedie, .binary, .multiclass].contains(choice),
        choice != .huber || h[index] > 0 && curvature > 0.1
      {
        #expect(abs(factor * curvature - Double(h[index])) < 2e-2 * max(1, Double(h[index])), "\(choice) \(index)")
      }
    }
  }

  @Test(arguments: choices) func `the first scores are the best constant`(_ choice: GBDT.ObjectiveChoice) throws {
    var settings = GBDT()
    (settings.objective, settings.alpha) = (choice, choice == .huber ? 100 : 0.7)
    let classes = choice == .binary ? 2 : choice == .multiclass ? 3 : nil
    let objective = try ObjectiveRecord(settings, classes: classes).objective
    let values: [Float] = classes == nil ? [0.3, 2, 5, 1.1, 0.7] : [1, 0, 1, Float(classes! - 1), 0]
    let rows = TargetRows(values, weights: [1, 2, 0.5, 1.5, 1])
    let initial = objective.initialScores(rows)
    func loss(_ change: Double, of index: Int) -> Double {
      var scores = initial.flatMap { [Double](repeating: $0, count: 5) }
      for row in 0..<5 { scores[5 * index + row] += change }
      var (g, h) = ([Float](repeating: 0, count: scores.count), [Float](repeating: 0, count: scores.count))
      return objective.gradients(rows, at: scores, &g, &h)
    }
    for index in initial.indices {
      // Between two values a quantile is interpolated, which is as good to within a row's weight.
      let slack = objective.leafQuantile(of: index) == nil ? 1e-6 : 0.02
      for change in [-0.1, 0.1] { #expect(loss(change, of: index) >= loss(0, of: index) - slack, "\(choice)") }
    }
  }

  @Test func `a target that the loss is not defined for is refused in a sentence`() throws {
    let data = curve(rows: 50)
    var settings = GBDT.small()
    for (choice, word) in [(GBDT.ObjectiveChoice.poisson, "≥ 0"), (.gamma, "> 0"), (.binary, "classes")] {
      settings.objective = choice
      let error = #expect(throws: (any Error).self) { try settings.fit(data) }
      #expect("\(error!)".contains(word))
    }
    (settings.objective, settings.alpha) = (.quantile, 2)
    #expect(throws: (any Error).self) { try settings.fit(data) }
    (settings.objective, settings.tweediePower) = (.tweedie, 2)
    #expect(throws: (any Error).self) { try settings.fit(data) }
  }

  @Test func `pairs of a query are weighed by the gain that their order changes`() throws {
    // Relevances 0 and 1 at equal scores: discounts 1 and 1/log2(3), so that the pair is worth .36907 of a best gain of 1.
    let rows = TargetRows([0, 1, 2], weights: [1, 2, 1], groups: [7, 7, 9])
    var (g, h): ([Float], [Float]) = ([0, 0, 0], [0, 0, 0])
    let rank = LambdaRank(truncation: 30, isNormalised: true)
    let loss = rank.gradients(rows, at: [0, 0, 0], &g, &h)
    let second: Double = 1 / log2(3.0)
    #expect(abs(loss - (1 - (second + 1) / 2)) < 1e-12)
    let half = Float(log2(2 - second) / 2)
    #expect(zip(g, [half, -2 * half, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(zip(h, [half / 2, half, 0]).allSatisfy { abs($0 - $1) < 1e-6 })
    // Without norm it is worth what it is, times the slope of a half.
    _ = LambdaRank(truncation: 30, isNormalised: false).gradients(rows, at: [0, 0, 0], &g, &h)
    #expect(abs(g[0] - Float(1 - second) / 2) < 1e-6)
  }

  @Test func `ranking wants queries and relevances`() {
    let rank = LambdaRank(truncation: 30, isNormalised: true)
    let without = #expect(throws: HyperparameterError.self) { try rank.check(TargetRows([0, 1], weights: nil)) }
    #expect("\(without!)".contains("--group"))
    for wrong: Float in [0.5, -1, 31] {
      let error = #expect(throws: HyperparameterError.self) {
        try rank.check(TargetRows([0, wrong], weights: nil, groups: [1, 1]))
      }
      #expect("\(error!)".contains("whole numbers from 0 to 30"))
    }
  }
}
