import RLCore
import Randomness
import Testing

@testable import Environments

@Suite struct EnvironmentCatalogueTests {
  static let wrappers =
    "time_limit, rescale_action, clip_action, time_aware, normalize_time, frame_stack, clip_reward, "
    + "normalize_observation, normalize_reward, reward_gamma"

  @Test func everyEntryIsWhatItsIdSays() throws {
    #expect(Set(EnvironmentCatalogue.builtIn.map(\.id)).count == EnvironmentCatalogue.builtIn.count)
    for entry in EnvironmentCatalogue.builtIn {
      #expect(entry.specification.id == entry.id)
      #expect(try EnvironmentCatalogue.specification(entry.id) == entry.specification)
      if entry.needs == nil { #expect(try EnvironmentCatalogue.make(entry.id, count: 3).count == 3) }
      #expect(!entry.summary.isEmpty && !entry.source.isEmpty && entry.rewards != "")
      for option in entry.options {
        // A default written out is the world without it.
        #expect(
          try EnvironmentCatalogue.specification("\(entry.id):\(option.name)=\(option.defaultValue)").id == entry.id)
      }
    }
  }

  @Test func optionsAreInTheId() throws {
    let id = "CartPole-v1:sutton_barto_reward=true"
    #expect(try EnvironmentCatalogue.specification(id).id == id)
    #expect(try EnvironmentCatalogue.make(id, count: 1).specification.id == id)
  }

  @Test(arguments: [
    ("CartPole-v2", "there is no environment 'CartPole-v2'; did you mean 'CartPole-v1'?"),
    ("Cartpole-v0", "there is no environment 'Cartpole-v0'; did you mean 'CartPole-v0'?"),
    ("Cartpole-v1", "there is no environment 'Cartpole-v1'; did you mean 'CartPole-v1'?"),
    ("xyz", "there is no environment 'xyz'"),
    (
      "CartPole-v1:suton_barto_rewards=true",
      "CartPole-v1 has no option 'suton_barto_rewards'; did you mean 'sutton_barto_reward'?"
    ),
    (
      "CartPole-v1:gravity=1",
      "CartPole-v1 has no option 'gravity'; it has sutton_barto_reward, and those of wrappers: \(Self.wrappers)"
    ),
    (
      "Probe-ConstantReward-v0:a=1",
      "Probe-ConstantReward-v0 has no option 'a'; it has none of its own, and those of wrappers: \(Self.wrappers)"
    ),
    ("Pendulum-v1:frame_stak=2", "Pendulum-v1 has no option 'frame_stak'; did you mean 'frame_stack'?"),
    ("Pendulum-v1:frame_stack=0", "Pendulum-v1: 'frame_stack' takes an integer from 1 to 64, not '0'"),
    (
      "CartPole-v1:rescale_action=true",
      "CartPole-v1: rescale_action needs numbers between finite bounds, but the actions are Discrete(2)"
    ),
    ("Taxi-v4:clip_action=true", "Taxi-v4: clip_action clips numbers, but the actions are Discrete(6)"),
    (
      "RandomWalk-v0:time_aware=true",
      "RandomWalk-v0: time_aware needs a time limit, and there is none; give it one with time_limit"
    ),
    (
      "Taxi-v4:normalize_observation=true",
      "Taxi-v4: normalize_observation needs numbers, but the observations are Discrete(500)"
    ),
    ("CartPole-v1:fast", "'fast' is not of the form option=value in 'CartPole-v1:fast'"),
  ])
  func whatThereIsNotIsSaidInASentence(id: String, sentence: String) {
    #expect(throws: EnvironmentError(sentence)) { try EnvironmentCatalogue.specification(id) }
    #expect(throws: EnvironmentError(sentence)) { try EnvironmentCatalogue.make(id, count: 1) }
  }

  @Test func anEnvironmentOfOnesOwnIsKnownOnceRegistered() throws {
    struct Own: Environment {
      struct State: Sendable, Codable {}
      let specification = EnvironmentSpecification(
        id: "OwnWorld-v0", observationSpace: .box(low: [0], high: [1]), actionSpace: .discrete(count: 2), timeLimit: 4)
      func reset(using generator: inout PCG64) -> State { State() }
      func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
        Outcome(reward: 1, ending: .none)
      }
      func observe(_ state: State, into observation: inout MutableSpan<Float>) { observation[0] = 0.5 }
    }
    #expect(throws: EnvironmentError.self) { try EnvironmentCatalogue.make("OwnWorld-v0", count: 1) }
    EnvironmentCatalogue.register(Own())
    #expect(try EnvironmentCatalogue.make("OwnWorld-v0", count: 3).specification == Own().specification)
    #expect(
      try EnvironmentCatalogue.specification("OwnWorld-v0:frame_stack=2,time_limit=9").observationSpace.width == 2)
    #expect(throws: EnvironmentError("there is no environment 'OwnWorld-v1'; did you mean 'OwnWorld-v0'?")) {
      try EnvironmentCatalogue.entry("OwnWorld-v1")
    }
  }

  @Test func anIdIsRegisteredOnce() async {
    await #expect(processExitsWith: .failure) {
      EnvironmentCatalogue.register(CartPole(id: "CartPole-v1", timeLimit: 1, threshold: 1, suttonBartoReward: false))
    }
  }

  @Test func anOptionsBadValueIsNamed() {
    let error = #expect(throws: EnvironmentError.self) {
      try EnvironmentCatalogue.specification("CartPole-v1:sutton_barto_reward=yes")
    }
    #expect(error?.description.hasSuffix("'sutton_barto_reward' takes true or false, not 'yes'") == true)
  }

  @Test func probesGiveWhatTheyAreFor() throws {
    /// Rewards, observations and endings of one copy under `actions`.
    func play(_ id: String, _ actions: [Float]) throws -> (rewards: [Double], seen: [Float], endings: [Ending]) {
      let world = try EnvironmentCatalogue.make(id, count: 1)
      var batch = StepBatch(count: 1, width: 1)
      world.reset(seed: 5, into: &batch)
      var result: (rewards: [Double], seen: [Float], endings: [Ending]) = ([], batch.observations, [])
      for action in actions {
        let row = [action]
        world.step(row.span, into: &batch)
        result.rewards += batch.rewards
        result.endings += batch.endings
        result.seen += batch.observations
      }
      return result
    }
    let actions: [Float] = [0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1]

    #expect(try play("Probe-ConstantReward-v0", actions).rewards.allSatisfy { $0 == 1 })

    let observed = try play("Probe-ObservedReward-v0", actions)
    #expect(observed.rewards == observed.seen.dropLast().map(Double.init))
    #expect(Set(observed.rewards) == [-1, 1])

    let delayed = try play("Probe-DelayedReward-v0", actions)
    #expect(delayed.rewards == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    #expect(delayed.endings[..<2] == [.none, .terminated])

    #expect(try play("Probe-ChosenReward-v0", actions).rewards == actions.map { $0 == 1 ? 1 : -1 })

    let matched = try play("Probe-MatchedReward-v0", actions)
    #expect(matched.rewards == zip(matched.seen, actions).map { ($0 == 1) == ($1 == 1) ? 1 : -1 })
    #expect(Set(matched.rewards) == [-1, 1])
  }
}
