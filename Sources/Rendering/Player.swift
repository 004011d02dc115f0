import Drawing
import Environments
import RLCore
import Randomness
import Telemetry

/// Draws actions from the action space, whatever is observed. Use it as a baseline, or to film an environment before anything
/// has been learnt.
///
/// ```swift
/// import Environments
/// import RLCore
///
/// let environments = try EnvironmentCatalogue.make("CartPole-v1", count: 8)
/// let policy = RandomPolicy(environments.specification.actionSpace, seed: 1)
/// let result = try Evaluator(in: environments, seed: 1).evaluate(policy, episodes: 20, phase: .evaluation)
/// print(result.meanReward < 50)  // true
/// ```
public struct RandomPolicy: Policy {
  private let space: Space
  private let seed: UInt64

  public init(_ space: Space, seed: UInt64) { (self.space, self.seed) = (space, seed) }

  /// The space's own generator, as Gymnasium's `action_space.seed(seed)`.
  public func makeState(count: Int) -> PCG64 { PCG64(seed: seed) }

  public func act(
    on observations: Span<Float>, masks: Span<Bool>, count: Int, deterministic: Bool, state: inout PCG64,
    using _: inout CounterGenerator, into actions: inout MutableSpan<Float>
  ) {
    for copy in 0..<count {
      for (index, number) in space.sample(using: &state).enumerated() {
        actions[copy * space.width + index] = number
      }
    }
  }
}

/// Lets a policy play whole episodes in one environment and hands over a frame for every step.
///
/// ```swift
/// import Environments
///
/// let pole = try EnvironmentCatalogue.make("CartPole-v1", count: 1, autoReset: .disabled)
/// let policy = RandomPolicy(pole.specification.actionSpace, seed: 1)
/// let player = Player(pole, policy: policy, who: "random", seed: 1)
/// var film = Film(stepsPerSecond: player.stepsPerSecond)
/// let episodes = try player.play(episodes: 1) { frame in
///   film.append(frame)
///   return true
/// }
/// print(episodes.count, film.frames.isEmpty)  // 1 false
/// ```
public struct Player {
  /// A vector of one environment whose episodes are not reset by themselves.
  let environment: any VectorEnvironment
  let policy: any Policy
  /// Who plays, in words.
  let who: String
  let seed: UInt64

  /// Traps unless `environment` is a single one with disabled auto-reset, so that the last state of an episode can be
  /// looked at.
  public init(_ environment: any VectorEnvironment, policy: any Policy, who: String, seed: UInt64) {
    precondition(
      environment.count == 1 && environment.autoReset == .disabled,
      "\(environment.specification.id): one environment, not reset")
    (self.environment, self.policy, self.who, self.seed) = (environment, policy, who, seed)
  }

  /// The environment's id, with its options.
  public var id: String { environment.specification.id }
  public var stepsPerSecond: Double { environment.drawn?.stepsPerSecond ?? 10 }

  /// Plays up to `count` episodes, the first as reset with the seed, and hands over a frame for each step; stops where
  /// `show` returns false. Gives the episodes that ended; throws where the policy's action is not a number.
  public func play(
    episodes count: Int, deterministic: Bool = true, show: (Frame) throws -> Bool
  ) throws -> [Episode] {
    try play(policy, episodes: count, deterministic: deterministic, show: show)
  }

  private func play(
    _ policy: some Policy, episodes count: Int, deterministic: Bool, show: (Frame) throws -> Bool
  ) throws -> [Episode] {
    let specification = environment.specification
    var state = policy.makeState(count: 1)
    var generator = CounterGenerator(SeedSequence(seed).child(named: "play"))
    var batch = environment.makeBatch()
    var action = Array(repeating: Float(0), count: specification.actionSpace.width)
    let longest = specification.timeLimit ?? Evaluator.longestEpisode
    let title = "\(specification.id), \(who), seed \(seed)"
    var episodes: [Episode] = []

    func frame(after action: [Float]?, step: Int, reward: Double, ending: Ending) -> Frame {
      let parts = [
        count > 1 ? "episode \(episodes.count + 1) of \(count)" : nil, "step \(step)", "return \(Self.short(reward))",
        action.map { "action \(name($0))" }, ending == .none ? nil : "\(ending)",
      ]
      let scene =
        environment.drawn?.scene(ofCopy: 0, after: action)
        ?? Scene(bars: batch.observations, of: specification.observationSpace)
      let status = parts.compactMap(\.self).joined(separator: "   ")
      return Frame(scene, title: title, status: status, isLast: ending != .none)
    }

    environment.reset(seed: seed, into: &batch)
    while episodes.count < count {
      var (step, reward, ending) = (0, 0.0, Ending.none)
      guard try show(frame(after: nil, step: 0, reward: 0, ending: .none)) else { return episodes }
      while ending == .none {
        var span = action.mutableSpan
        policy.act(
          on: batch.observations.span, masks: batch.actionMasks.span, count: 1, deterministic: deterministic,
          state: &state, using: &generator, into: &span)
        try NonFiniteActionError.check(action, "in step \(step) of an episode")
        environment.step(action.span, into: &batch)
        try environment.checkFailure()
        step += 1
        reward += batch.rewards[0]
        ending = batch.endings[0]
        if ending == .none, step >= longest { ending = .truncated }
        guard try show(frame(after: action, step: step, reward: reward, ending: ending)) else { return episodes }
      }
      episodes.append(
        Episode(phase: .evaluation, reward: reward, length: step, truncated: ending == .truncated))
      if episodes.count < count { environment.reset(where: [true].span, into: &batch) }
    }
    return episodes
  }

  private func name(_ action: [Float]) -> String {
    let names = environment.drawn?.actionNames ?? []
    if case .discrete(_, let start) = environment.specification.actionSpace {
      let index = Int(action[0]) - start
      return names.indices.contains(index) ? names[index] : "\(Int(action[0]))"
    }
    return action.map { Self.short(Double($0)) }.joined(separator: " ")
  }

  /// Two decimals, or none for a whole number.
  private static func short(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
    let hundredths = Int((value * 100).rounded())
    if hundredths.isMultiple(of: 100) { return "\(hundredths / 100)" }
    let digits = "\(abs(hundredths) % 100)"
    return (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 100)." + (digits.count == 1 ? "0" : "") + digits
  }
}
