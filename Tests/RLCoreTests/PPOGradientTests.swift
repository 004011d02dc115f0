import Randomness
import TestSupport
import Testing

@testable import RLCore

/// The gradient of PPO's whole loss by finite differences, on minibatches where clipping happens on both sides.
@Suite struct PPOGradientTests {
  private func check(
    valueClip: Float? = nil, actions: Space = .discrete(count: 3), sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout PPO.Configuration) -> Void
  ) throws {
    let world = EnvironmentSpecification(
      id: "Test-v0", observationSpace: .box(low: [-1, -1, -1], high: [1, 1, 1]), actionSpace: actions)
    let width = actions.width
    var configuration = PPO.Configuration()
    configuration.segmentLength = 16
    configuration.minibatchSize = 16
    configuration.hiddenWidths = [6, 5]
    configuration.entropyCoefficient = 0.02
    change(&configuration)
    let agent = try PPO(configuration, for: world, environmentCount: 1, seed: 5)
    var generator = CounterGenerator(SeedSequence(6))
    // Larger weights than at the start, so that every term has a gradient worth checking.
    for i in 0..<agent.network.parameters.count { agent.network.parameters.base[i] += 0.3 * generator.normal() }
    let minibatch = agent.minibatch
    let segment = Segment(steps: 16, environmentCount: 1, features: 3, actionWidth: width)
    for i in 0..<16 * 3 { segment.features.base[i] = generator.normal() }
    for i in 0..<16 {
      for j in 0..<width {
        if case .box = actions {
          segment.actions.base[i * width + j] = generator.normal()
        } else {
          segment.actions.base[i * width + j] = Float((i + j) % (j == 0 ? 3 : 2))
        }
      }
      segment.advantages.base[i] = generator.normal()
      segment.returns.base[i] = generator.normal()
      segment.values.base[i] = generator.normal()
    }
    // Old log-probabilities around the present ones, a third of them far outside the clip range on either side.
    agent.network.forwardPolicy(segment.features.base, rows: 16)
    agent.network.distribution.logProbability(
      of: segment.actions.base, rows: 16, into: segment.logProbabilities.base)
    for i in 0..<16 { segment.logProbabilities.base[i] += [0.05, -0.05, 0.5, -0.5, 0.1, -0.1][i % 6] }
    minibatch.gather((0..<16).map { Int32($0) }, from: 0, rows: 16, of: segment)

    let parameters = agent.network.parameters.elements
    let losses = agent.lossAndGradient(clipRange: 0.2, valueClipRange: valueClip)
    #expect(losses.clipFraction > 0 && losses.clipFraction < 1, sourceLocation: sourceLocation)
    let gradient = agent.network.gradient.elements
    let mismatch = gradientMismatch(gradient, at: parameters) {
      agent.network.parameters.elements = $0
      return agent.lossAndGradient(clipRange: 0.2, valueClipRange: valueClip).total
    }
    #expect(mismatch == nil, sourceLocation: sourceLocation)
  }

  @Test func `separate networks`() throws { try check { _ in } }
  @Test(arguments: [false, true])
  func `continuous actions`(sharesTrunk: Bool) throws {
    try check(actions: .box(low: [-1, -2], high: [1, 2])) { $0.sharesTrunk = sharesTrunk }
  }
  @Test func `actions of several components`() throws { try check(actions: .multiDiscrete([3, 2])) { _ in } }
  @Test func `a shared trunk`() throws { try check { $0.sharesTrunk = true } }
  @Test func `a clipped value loss`() throws { try check(valueClip: 0.3) { _ in } }
  @Test func `without hidden layers`() throws { try check { $0.hiddenWidths = [] } }
  @Test func `a strong entropy bonus`() throws { try check { $0.entropyCoefficient = 1 } }
}
