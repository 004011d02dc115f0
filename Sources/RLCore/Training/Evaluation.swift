import Formats
import Randomness
import Telemetry

/// What a policy reached over whole episodes, as an ``Evaluator`` returns it.
///
/// ```swift
/// import Telemetry
///
/// func report(_ result: EvaluationResult) {
///   print("\(result.meanReward) ± \(result.rewardDeviation) over \(result.episodes.count) episodes")
///   print("truncated: \(result.episodes.count(where: \.truncated))")
/// }
/// ```
public struct EvaluationResult: Sendable, Hashable {
  /// In the order in which they ended; environments that end in the same step are in the order of the environments.
  public var episodes: [Episode]

  public var meanReward: Double { mean(episodes.map(\.reward)) }
  public var meanLength: Double { mean(episodes.map { Double($0.length) }) }
  /// The standard deviation over the episodes, with n in its denominator.
  public var rewardDeviation: Double {
    variance(episodes.map(\.reward)).squareRoot()
  }
}

/// Plays whole episodes with a policy that does not learn from them. Use it to score a policy in your own loop; Training's
/// `RunEvaluation` evaluates that of a recorded run.
///
/// ```swift
/// func score(_ policy: some Policy, in environments: any VectorEnvironment) throws -> Double {
///   let evaluator = Evaluator(in: environments, seed: 1_000_001)
///   return try evaluator.evaluate(policy, episodes: 100, phase: .evaluation).meanReward
/// }
/// ```
///
/// The episodes are spread over the environments as Stable-Baselines3's `evaluate_policy` does: environment i contributes its
/// first ⌊(episodes + i) / N⌋, so that short episodes are not favoured. Rewards are the environment's own, undiscounted, and
/// running statistics of the environment stay as they are. Every environment goes on until all are done, so the policy always
/// sees the same number of rows.
public final class Evaluator {
  /// How many environments an evaluation steps together.
  public static let environmentCount = 8
  /// After so many steps an episode counts as truncated in an environment without a time limit, where a policy that
  /// goes round in circles would play for ever.
  public static let longestEpisode = 10_000

  private let environment: any VectorEnvironment
  private let seed: UInt64
  private var batch: StepBatch
  private var actions: [Float]
  /// What the environments showed at the start of the last evaluation.
  private(set) var firstObservations: ColumnMoments

  /// Every evaluation starts with `environment.reset(seed: seed)`: the same first states for every policy.
  public init(in environment: any VectorEnvironment, seed: UInt64) {
    self.environment = environment
    self.seed = seed
    batch = environment.makeBatch()
    firstObservations = ColumnMoments(width: environment.specification.observationSpace.width)
    actions = Array(repeating: 0, count: environment.count * environment.specification.actionSpace.width)
  }

  /// Plays `episodes`, with the most likely actions or, where not `deterministic`, sampled ones. `statistics` are those
  /// of the environment that the policy was trained in, where it keeps any; without them the environment's own hold.
  /// `tensors` takes in the first steps, where there is one. `shouldStop` is asked now and then; where it says yes, the
  /// result holds the episodes that had ended. Throws where the policy chooses an action that is not a number, and where
  /// the environments fail.
  public func evaluate(
    _ policy: some Policy, episodes count: Int, phase: Episode.Phase, deterministic: Bool = true,
    statistics: [String: RunningMoments]? = nil, tensors: EvaluationTensors? = nil,
    shouldStop: () -> Bool = { false }
  ) throws -> EvaluationResult {
    let environmentCount = environment.count
    environment.freeze(statistics ?? environment.statistics)
    var generator = CounterGenerator(SeedSequence(seed).child(named: "evaluation"))
    var result = EvaluationResult(episodes: [])
    var remaining = (0..<environmentCount).map { (count + $0) / environmentCount }
    var rewards = Array(repeating: 0.0, count: environmentCount)
    var lengths = Array(repeating: 0, count: environmentCount)
    var steps = 0
    var state = policy.makeState(count: environmentCount)
    let longest = environment.specification.timeLimit ?? Self.longestEpisode
    environment.reset(seed: seed, into: &batch)
    takeFirstObservations()
    while result.episodes.count < count {
      var span = actions.mutableSpan
      policy.act(
        on: batch.observations.span, masks: batch.actionMasks.span, count: environmentCount,
        deterministic: deterministic,
        state: &state, using: &generator, into: &span)
      try NonFiniteActionError.check(actions, "in an evaluation")
      tensors?.take(batch.observations, actions)
      environment.step(actions.span, into: &batch)
      try environment.checkFailure()
      tensors?.take(rewards: batch.rewards)
      for copy in 0..<environmentCount {
        rewards[copy] += batch.environmentReward(of: copy)
        lengths[copy] += 1
        var ending = batch.endings[copy]
        if ending == .none, lengths[copy] >= longest { ending = .truncated }
        if ending == .none { continue }
        if remaining[copy] > 0 {
          remaining[copy] -= 1
          result.episodes.append(
            Episode(
              phase: phase, reward: rewards[copy], length: lengths[copy], truncated: ending == .truncated))
        }
        (rewards[copy], lengths[copy]) = (0, 0)
      }
      steps += 1
      if steps % 256 == 0, shouldStop() { break }
    }
    return result
  }

  private func takeFirstObservations() {
    let width = environment.specification.observationSpace.width
    firstObservations = ColumnMoments(width: width)
    batch.observations.withUnsafeBufferPointer { observations in
      for copy in 0..<environment.count { firstObservations.take(observations.baseAddress! + copy * width) }
    }
  }
}
