import BLASBridge
import Fitting
import Foundation
import Randomness
import Testing

@testable import Autopilot

@Suite struct `A stack of models` {
  private var generator = CounterGenerator(SeedSequence(5))

  private func loss(_ probabilities: Matrix<Float>, _ labels: [Int]) -> Double {
    labels.enumerated().reduce(0) { $0 - log(Double(probabilities[$1.offset, $1.element])) } / Double(labels.count)
  }

  @Test mutating func `finds the weights that numbers are made with`() throws {
    let rows = 4_000
    let models = (0..<2).map { _ in Matrix(column: (0..<rows).map { _ in Float(generator.normal()) }) }
    let truth = (0..<rows).map { 1.5 * models[0][$0, 0] - 0.5 * models[1][$0, 0] + 2 + 0.1 * Float(generator.normal()) }
    let all = Array(0..<rows)
    let squared = try #require(Stacking(models, .squared(truth: truth), rows: all, start: [0.5, 0.5]))
    for (found, expected) in zip(squared.weights + squared.biases, [1.5, -0.5, 2]) {
      #expect(abs(found - expected) < 0.02)
    }
    // A few that are far off count for little where absolute errors do.
    var wild = truth
    for row in stride(from: 0, to: rows, by: 20) { wild[row] += 50 }
    let absolute = try #require(Stacking(models, .absolute(truth: wild), rows: all, start: [0.5, 0.5]))
    for (found, expected) in zip(absolute.weights + absolute.biases, [1.5, -0.5, 2]) {
      #expect(abs(found - expected) < 0.05)
    }
    let shifted = try #require(Stacking(models, .squared(truth: wild), rows: all, start: [0.5, 0.5]))
    #expect(shifted.biases[0] > 3)
  }

  /// Rows whose classes are drawn with probabilities ∝ p₁^w₁ p₂^w₂ e^b.
  private mutating func drawn(_ rows: Int, weights: [Double], biases: [Double]) -> (
    models: [Matrix<Float>], labels: [Int]
  ) {
    let classes = biases.count
    let models = weights.map { _ in
      Matrix(
        rows: rows, columns: classes,
        (0..<rows).flatMap { _ in
          Pooling.softmax((0..<classes).map { _ in 1.2 * Double(generator.normal()) }[...]).map { Float($0) }
        })
    }
    let labels = (0..<rows).map { row -> Int in
      let shares = Pooling.softmax(
        (0..<classes).map { label in
          zip(models, weights).reduce(biases[label]) { $0 + $1.1 * log(Double($1.0[row, label])) }
        }[...])
      var left = Double(generator.uniform())
      return shares.firstIndex { share in
        left -= share
        return left < 0
      } ?? classes - 1
    }
    return (models, labels)
  }

  @Test mutating func `finds the weights that classes are drawn with`() throws {
    let (models, labels) = drawn(20_000, weights: [1.5, 0.5], biases: [0.3, 0, -0.3])
    let found = try #require(
      Stacking(models, .logarithmic(labels: labels), rows: Array(0..<20_000), start: [0.5, 0.5]))
    #expect(abs(found.weights[0] - 1.5) < 0.08 && abs(found.weights[1] - 0.5) < 0.08, "\(found.weights)")
    #expect(abs(found.biases[0] - found.biases[2] - 0.6) < 0.12, "\(found.biases)")
    let stacked = found.predictions(models, areClasses: true)
    #expect(loss(stacked, labels) < loss(models.pooled(.mean, [0.5, 0.5], areClasses: true), labels) - 0.05)
    for row in 0..<10 { #expect(abs((0..<3).reduce(0) { $0 + stacked[row, $1] } - 1) < 1e-5) }
  }

  @Test mutating func `stays near its start with few rows, and with models that say the same`() throws {
    let (models, labels) = drawn(6, weights: [1.5, 0.5], biases: [0, 0])
    let few = try #require(Stacking(models, .logarithmic(labels: labels), rows: Array(0..<6), start: [0.5, 0.5]))
    #expect(few.weights.allSatisfy { abs($0 - 0.5) < 0.5 })
    let (same, drawn) = drawn(2_000, weights: [1], biases: [0, 0])
    let twice = try #require(
      Stacking([same[0], same[0]], .logarithmic(labels: drawn), rows: Array(0..<2_000), start: [0.5, 0.5]))
    #expect(abs(twice.weights[0] - twice.weights[1]) < 1e-6 && abs(twice.weights[0] + twice.weights[1] - 1) < 0.2)
    let truth = (0..<50).map { _ in Float(generator.normal()) }
    let flat = Matrix(column: [Float](repeating: 3, count: 50))
    let constant = try #require(
      Stacking([flat, flat], .squared(truth: truth), rows: Array(0..<50), start: [0.5, 0.5]))
    let said = constant.predictions([flat, flat], areClasses: false)
    #expect(abs(said[0, 0] - truth.reduce(0, +) / 50) < 0.3)
    #expect(Stacking([flat], .squared(truth: truth), rows: [], start: [1]) == nil)
  }

  @Test func `pooling is a weighted mean, or a sum of logarithms with biases`() {
    let models = [Matrix<Float>([[1, 0]]), Matrix<Float>([[0.2, 0.8]])]
    #expect(
      models.pooled(.mean, [0.25, 0.75], areClasses: true).elements.map { ($0 * 1e4).rounded() / 1e4 } == [0.4, 0.6])
    // 1 and 10⁻⁵ (0 counts as that), 0.2 and 0.8: with weights 1, 1 in a ratio of 0.2 to 0.8 · 10⁻⁵.
    let stacked = models.pooled(.stacked(biases: [0, 0]), [1, 1], areClasses: true)
    #expect(abs(stacked[0, 1] - 4e-5) < 1e-6)
    let even = models.pooled(.stacked(biases: [0, log(2.5e4)]), [1, 1], areClasses: true)
    #expect(abs(even[0, 0] - 0.5) < 1e-3)
    let numbers = [Matrix<Float>([[2]]), Matrix<Float>([[5]])]
    #expect(numbers.pooled(.stacked(biases: [1]), [2, -1], areClasses: false).elements == [0])
  }
}
