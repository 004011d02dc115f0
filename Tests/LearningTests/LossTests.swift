import BLASBridge
import Foundation
import Learning
import Randomness
import TestSupport
import Testing

@Suite struct LossTests {
  private let point: [Float] = [0.3, -1.2, 2.4, 0.7, -0.4, 1.9]
  private let targets: [Float] = [0.1, 0.9, -0.5, 0.75, 0.2, -2]

  @Test(arguments: [RegressionLoss.squaredError, .absoluteError, .huber(delta: 0.8)])
  func `a regression loss's gradient agrees with finite differences`(loss: RegressionLoss) {
    let gradient = FloatBuffer(count: 6)
    func value(_ x: [Float]) -> Double { loss(x, targets: targets, count: 6, gradient: gradient.base) }
    _ = value(point)
    let analytic = gradient.elements
    #expect(gradientMismatch(analytic, at: point, loss: value) == nil)
  }

  @Test func `regression losses, by hand`() {
    let gradient = FloatBuffer(count: 2)
    #expect(RegressionLoss.squaredError([1, 4], targets: [0, 2], count: 2, gradient: gradient.base) == 2.5)
    #expect(gradient.elements == [1, 2])
    #expect(RegressionLoss.absoluteError([1, 4], targets: [0, 2], count: 2, gradient: gradient.base) == 1.5)
    #expect(RegressionLoss.huber(delta: 1)([0.5, 4], targets: [0, 2], count: 2, gradient: gradient.base) == 0.8125)
  }

  @Test(arguments: [
    (Float(0), [Float]?.none), (Float(0.1), nil), (Float(0), [0.5, 2, 1] as [Float]?), (Float(0.2), [1, 3, 0.25]),
  ])
  func `cross-entropy's gradient agrees with finite differences`(smoothing: Float, weights: [Float]?) {
    let loss = CrossEntropy(classes: 3, rows: 2, smoothing: smoothing, weights: weights)
    let gradient = FloatBuffer(count: 6)
    func value(_ x: [Float]) -> Double { loss(x, labels: [2, 0], rows: 2, gradient: gradient.base) }
    _ = value(point)
    let analytic = gradient.elements
    #expect(gradientMismatch(analytic, at: point, loss: value) == nil)
  }

  @Test func `cross-entropy of uniform logits is the logarithm of the number of classes`() {
    let gradient = FloatBuffer(count: 4)
    let loss = CrossEntropy(classes: 4, rows: 1)
    #expect(abs(loss([1, 1, 1, 1], labels: [3], rows: 1, gradient: gradient.base) - log(4)) < 1e-6)
    #expect(gradient.elements.map { abs($0) }.max()! <= 0.75 + 1e-6)
  }

  @Test func `class weights count rows as often as they say`() {
    let gradient = FloatBuffer(count: 6)
    let weighted = CrossEntropy(classes: 2, rows: 3, weights: [1, 2])
    let twice = CrossEntropy(classes: 2, rows: 3)
    let a = weighted([0.5, 1, -1, 0.3], labels: [0, 1], rows: 2, gradient: gradient.base)
    let b = twice([0.5, 1, -1, 0.3, -1, 0.3], labels: [0, 1, 1], rows: 3, gradient: gradient.base)
    #expect(abs(a - b) < 1e-6)
  }

  @Test func `binary cross-entropy's gradient agrees with finite differences`() {
    let gradient = FloatBuffer(count: 6)
    let targets: [Float] = [1, 0, 1, 0.5, 0, 1]
    func value(_ x: [Float]) -> Double {
      binaryCrossEntropy(x, targets: targets, count: 6, gradient: gradient.base)
    }
    let first = value(point)
    let analytic = gradient.elements
    #expect(gradientMismatch(analytic, at: point, loss: value) == nil)
    let byHand = zip(point, targets).reduce(0.0) { sum, pair in
      let p = 1 / (1 + exp(-Double(pair.0)))
      return sum - Double(pair.1) * log(p) - (1 - Double(pair.1)) * log(1 - p)
    }
    #expect(abs(first - byHand / 6) < 1e-6)
  }

  @Test func `a diagonal Gaussian's gradients agree with finite differences`() {
    let (rows, width) = (3, 2)
    let actions: [Float] = [0.2, -0.5, 1.1, 0.3, -0.8, 0.9]
    let logDeviations: [Float] = [-0.3, 0.2]
    let (byLog, byEntropy): ([Float], [Float]) = ([1, -0.5, 2], [0.3, 0.1, -0.2])
    let result = FloatBuffer(count: rows)
    func loss(_ means: [Float], _ logDeviations: [Float]) -> Double {
      DiagonalGaussian.logProbability(
        of: actions, means: means, logDeviations: logDeviations, rows: rows, width: width, into: result.base)
      let entropy = DiagonalGaussian.entropy(logDeviations: logDeviations, width: width)
      return (0..<rows).reduce(0) { $0 + Double(byLog[$1] * result.base[$1] + byEntropy[$1] * entropy) }
    }
    let (byMeans, byDeviations) = (FloatBuffer(count: 6), FloatBuffer(count: 2))
    DiagonalGaussian.backward(
      actions: actions, means: point, logDeviations: logDeviations, logProbabilityGradient: byLog,
      entropyGradient: byEntropy, rows: rows, width: width, into: byMeans.base, byDeviations.base)
    #expect(gradientMismatch(byMeans.elements, at: point) { loss($0, logDeviations) } == nil)
    #expect(gradientMismatch(byDeviations.elements, at: logDeviations) { loss(point, $0) } == nil)
  }

  @Test func `a Gaussian's samples have its mean and deviation`() {
    var generator = CounterGenerator(SeedSequence(2))
    let draws = 20_000
    let means = Array(repeating: Float(1.5), count: draws)
    let actions = FloatBuffer(count: draws)
    DiagonalGaussian.sample(
      means: means, logDeviations: [log(0.5)], rows: draws, width: 1, using: &generator, into: actions.base)
    let mean = actions.elements.reduce(0, +) / Float(draws)
    let variance = actions.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(draws)
    #expect(abs(mean - 1.5) < 0.02)
    #expect(abs(variance - 0.25) < 0.015)
  }
}
