import Testing

@testable import RLCore

@Suite struct GeneralizedAdvantageTests {
  private func estimate(
    rewards: [Float], values: [Float], endings: [Ending], finalValues: [Float], nextValues: [Float],
    environmentCount: Int = 1,
    gamma: Float = 0.5, lambda: Float = 0.5
  ) -> (advantages: [Float], returns: [Float]) {
    var advantages = rewards
    var returns = rewards
    generalizedAdvantage(
      rewards: rewards, values: values, endings: endings, finalValues: finalValues, nextValues: nextValues,
      steps: rewards.count / environmentCount, environmentCount: environmentCount, gamma: gamma, lambda: lambda,
      advantages: &advantages,
      returns: &returns)
    return (advantages, returns)
  }

  @Test func `an unbroken segment, by hand`() {
    let result = estimate(
      rewards: [1, 2, 3], values: [4, 8, 16], endings: [.none, .none, .none], finalValues: [0, 0, 0],
      nextValues: [32])
    // δ = 1 + 0.5·8 − 4 = 1; 2 + 0.5·16 − 8 = 2; 3 + 0.5·32 − 16 = 3; γλ = 0.25
    // A = 1 + 0.25·2.75; 2 + 0.25·3; 3
    let expected: [Float] = [1.6875, 2.75, 3]
    #expect(result.advantages == expected)
    let returns: [Float] = [5.6875, 10.75, 19]
    #expect(result.returns == returns)
  }

  @Test func `a terminated step has no future`() {
    let result = estimate(
      rewards: [1, 2, 3], values: [4, 8, 16], endings: [.none, .terminated, .none], finalValues: [9, 9, 9],
      nextValues: [32])
    // δ = 1; 2 + 0 − 8 = −6; 3
    let expected: [Float] = [-0.5, -6, 3]
    #expect(result.advantages == expected)
  }

  @Test func `a truncated step bootstraps from its final observation and cuts the sum`() {
    let result = estimate(
      rewards: [1, 2, 3], values: [4, 8, 16], endings: [.none, .truncated, .none], finalValues: [9, 20, 9],
      nextValues: [32])
    // δ = 1; 2 + 0.5·20 − 8 = 4; 3, and 3 does not reach back over the cut
    let expected: [Float] = [2, 4, 3]
    #expect(result.advantages == expected)
  }

  @Test func `an ending at the last step ignores the next observation`() {
    #expect(
      estimate(rewards: [1], values: [4], endings: [.terminated], finalValues: [0], nextValues: [100]).advantages
        == [-3])
    #expect(
      estimate(rewards: [1], values: [4], endings: [.truncated], finalValues: [6], nextValues: [100]).advantages
        == [0])
  }

  @Test func `environments do not mix`() {
    let both = estimate(
      rewards: [1, 5, 2, 6], values: [4, 1, 8, 2], endings: [.none, .terminated, .none, .none],
      finalValues: [0, 0, 0, 0], nextValues: [16, 3], environmentCount: 2)
    let first = estimate(
      rewards: [1, 2], values: [4, 8], endings: [.none, .none], finalValues: [0, 0], nextValues: [16])
    let second = estimate(
      rewards: [5, 6], values: [1, 2], endings: [.terminated, .none], finalValues: [0, 0], nextValues: [3])
    let (a, b) = (first.advantages, second.advantages)
    #expect(both.advantages == [a[0], b[0], a[1], b[1]])
  }
}
