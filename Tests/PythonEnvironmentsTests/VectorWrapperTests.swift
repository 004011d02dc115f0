import RLCore
import Testing

@testable import Environments

/// Wrappers around whole vectors, which environments elsewhere need, beside those of rules: the same numbers.
@Suite struct VectorWrapperTests {
  private func wrapped(_ id: String, around base: String, count: Int, _ autoReset: AutoReset) throws
    -> any VectorEnvironment
  {
    let plain = try EnvironmentCatalogue.make(base, count: count, autoReset: autoReset)
    let text = String(id.drop { $0 != ":" }.dropFirst())
    let options = try EnvironmentOptions(text, for: EnvironmentCatalogue.entry(EnvironmentCatalogue.name(of: id)))
    return try EnvironmentCatalogue.wrapEach(plain, options)
  }

  private func play(_ vector: any VectorEnvironment, steps: Int, savingAt saved: Int? = nil) throws -> [[Float]] {
    var batch = vector.makeBatch()
    var shown: [[Float]] = []
    vector.reset(seed: 5, into: &batch)
    shown.append(batch.observations)
    let width = batch.observations.count / vector.count
    for step in 0..<steps {
      if step == saved { try vector.restore(vector.snapshot()) }
      let actions: [Float] = (0..<vector.count).flatMap { index -> [Float] in
        switch vector.specification.actionSpace {
        case .discrete: [Float((step / 3 + index) % 2)]
        default: [Float((step + index) % 7) / 2 - 1.5]
        }
      }
      vector.step(actions, into: &batch)
      shown.append(batch.observations + batch.rewards.map { Float($0) })
      for index in 0..<vector.count where batch.endings[index] != .none {
        shown.append(Array(batch.finalObservations[index * width..<(index + 1) * width]))
      }
    }
    return shown
  }

  @Test(
    arguments: [
      ("CartPole-v1:frame_stack=3", "CartPole-v1"), ("CartPole-v1:time_aware=true", "CartPole-v1"),
      ("CartPole-v1:time_aware=true,normalize_time=true,frame_stack=2", "CartPole-v1"),
      ("Pendulum-v1:rescale_action=true", "Pendulum-v1"), ("Pendulum-v1:clip_action=true", "Pendulum-v1"),
      ("CliffWalking-v1:frame_stack=2,time_limit=20", "CliffWalking-v1:time_limit=20"),
    ], [AutoReset.sameStep, .nextStep])
  func `give what wrappers of rules give`(ids: (String, String), autoReset: AutoReset) throws {
    let (id, base) = ids
    let rules = try EnvironmentCatalogue.make(id, count: 3, autoReset: autoReset)
    let vector = try wrapped(id, around: base, count: 3, autoReset)
    #expect(vector.specification.observationSpace == rules.specification.observationSpace)
    #expect(vector.specification.actionSpace == rules.specification.actionSpace)
    let expected = try play(rules, steps: 250)
    #expect(try play(vector, steps: 250, savingAt: 60) == expected)
  }
}
