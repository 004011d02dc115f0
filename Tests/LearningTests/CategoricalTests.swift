import BLASBridge
import Foundation
import Learning
import Randomness
import TestSupport
import Testing

@Suite struct CategoricalTests {
  private let counts = [3, 2]
  private let rows = 4
  private let actions: [Float] = [0, 1, 2, 0, 1, 1, 0, 0]

  private func logits() -> [Float] {
    var generator = CounterGenerator(SeedSequence(3))
    return (0..<rows * 5).map { _ in 1.5 * generator.normal() }
  }

  @Test func `log-probability and entropy are those of a softmax`() {
    let distribution = Categorical(counts: [3], rows: 1)
    distribution.condition(on: [0, log(2), log(5)], rows: 1)
    let logProbability = FloatBuffer(count: 1)
    distribution.logProbability(of: [2], rows: 1, into: logProbability.base)
    #expect(abs(logProbability.base[0] - log(5.0 / 8)) < 1e-6)
    let entropy = FloatBuffer(count: 1)
    distribution.entropy(rows: 1, into: entropy.base)
    let expected: [Float] = [1.0 / 8, 2.0 / 8, 5.0 / 8]
    #expect(abs(entropy.base[0] + expected.reduce(0) { $0 + $1 * log($1) }) < 1e-6)
  }

  @Test func `gradients of log-probability and entropy agree with finite differences`() {
    let distribution = Categorical(counts: counts, rows: rows)
    let byLog: [Float] = [1, -0.5, 0.25, 2]
    let byEntropy: [Float] = [0.3, 1, -1, 0]
    let result = FloatBuffer(count: rows)

    func loss(_ logits: [Float]) -> Double {
      distribution.condition(on: logits, rows: rows)
      distribution.logProbability(of: actions, rows: rows, into: result.base)
      var sum = (0..<rows).reduce(0) { $0 + Double(byLog[$1] * result.base[$1]) }
      distribution.entropy(rows: rows, into: result.base)
      sum += (0..<rows).reduce(0) { $0 + Double(byEntropy[$1] * result.base[$1]) }
      return sum
    }

    let logits = logits()
    _ = loss(logits)
    let gradient = FloatBuffer(count: logits.count)
    distribution.backward(
      actions: actions, logProbabilityGradient: byLog, entropyGradient: byEntropy, rows: rows, into: gradient.base)
    #expect(gradientMismatch(gradient.elements, at: logits, loss: loss) == nil)
  }

  @Test func `samples come as often as their probabilities say`() {
    let distribution = Categorical(counts: [3], rows: 1)
    distribution.condition(on: [0, log(2), log(5)], rows: 1)
    var generator = CounterGenerator(SeedSequence(11))
    var seen = [0, 0, 0]
    let action = FloatBuffer(count: 1)
    let draws = 40_000
    for _ in 0..<draws {
      distribution.sample(rows: 1, using: &generator, into: action.base)
      seen[Int(action.base[0])] += 1
    }
    for (count, p) in zip(seen, [1.0 / 8, 2.0 / 8, 5.0 / 8]) {
      #expect(abs(Double(count) / Double(draws) - p) < 5 * (p * (1 - p) / Double(draws)).squareRoot())
    }
  }

  @Test func `the mode is the most likely choice of every component`() {
    let distribution = Categorical(counts: counts, rows: 2)
    distribution.condition(on: [0, 3, 1, 5, 4, 9, 3, 1, 2, 4], rows: 2)
    let actions = FloatBuffer(count: 4)
    distribution.mode(rows: 2, into: actions.base)
    #expect(actions.elements == [1, 0, 0, 1])
  }

  @Test func `extreme logits give finite numbers`() {
    let distribution = Categorical(counts: [3], rows: 1)
    distribution.condition(on: [1e4, -1e4, 0], rows: 1)
    let entropy = FloatBuffer(count: 1)
    distribution.entropy(rows: 1, into: entropy.base)
    #expect(entropy.base[0] == 0)
    let gradient = FloatBuffer(count: 3)
    distribution.backward(
      actions: [0], logProbabilityGradient: [1], entropyGradient: [1], rows: 1, into: gradient.base)
    #expect(gradient.elements.allSatisfy { $0.isFinite })
  }
}
