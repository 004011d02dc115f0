import Formats
import RLCore

/// Clips rewards to a range, as for games whose scores differ by orders of magnitude. Returns of episodes stay those of the
/// unclipped rewards.
///
/// ```swift
/// let environments = ClipReward(try EnvironmentCatalogue.make("Pendulum-v1", count: 4), to: -1...1)
/// var batch = environments.makeBatch()
/// environments.reset(seed: 1, into: &batch)
/// environments.step([Float](repeating: 2, count: 4).span, into: &batch)
/// print(batch.rewards.allSatisfy { $0 >= -1 })  // true
/// ```
public final class ClipReward: RewardWrapper {
  public let base: any VectorEnvironment
  public let specification: EnvironmentSpecification
  private let range: ClosedRange<Double>
  let isInnermost: Bool

  public init(_ base: any VectorEnvironment, to range: ClosedRange<Double>) {
    self.base = base
    self.range = range
    isInnermost = base.givesEnvironmentRewards
    var specification = base.specification
    let isSymmetric = -range.lowerBound == range.upperBound
    specification.addOption("clip_reward=" + (isSymmetric ? shortest(range.upperBound) : "\(range)"))
    self.specification = specification
  }

  public func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    stepBase(actions, into: &batch)
    for copy in batch.rewards.indices {
      batch.rewards[copy] = min(max(batch.rewards[copy], range.lowerBound), range.upperBound)
    }
  }
}

/// Divides rewards by the running standard deviation of the discounted return, so that returns are of order one: Gymnasium's
/// vector `NormalizeReward`, whose running statistics all environments share. Use it where rewards are large or of unknown
/// scale, with the `gamma` of the agent.
///
/// ```swift
/// let base = try EnvironmentCatalogue.make("Pendulum-v1", count: 8)
/// let environments = NormalizeReward(base, gamma: 0.99)
/// print(environments.statistics.count)  // 1
/// ```
///
/// A return is forgotten where its step terminates, G ← γ G (1 − terminated) + r, as there; in the mode same-step a
/// truncated environment begins anew too. Statistics are kept in double precision, Gymnasium's returns in single. What
/// `EpisodeStatistics` and evaluations report are the environment's own rewards.
public final class NormalizeReward: RewardWrapper {
  public let base: any VectorEnvironment
  public let specification: EnvironmentSpecification
  private let gamma: Double
  let isInnermost: Bool
  private var state: State
  /// The returns that a step has changed, `[N]`.
  private var active: [Double]
  private var isFrozen = false

  private struct State: Codable {
    var moments = RunningMoments(width: 1)
    /// `[N]`: the discounted return of each environment.
    var returns: [Double]
    /// `[N]`: whether the last step ended the environment's episode.
    var hasEnded: [Bool]

    /// Takes in a step; writes the returns that it changed to the front of `active` and returns their number.
    mutating func accumulate(
      _ batch: borrowing StepBatch, gamma: Double, _ autoReset: AutoReset, into active: inout [Double]
    ) -> Int {
      var count = 0
      for copy in returns.indices {
        let ending = batch.endings[copy]
        // In the other modes the step after an ending is none of an episode.
        if autoReset == .sameStep || !hasEnded[copy] {
          returns[copy] = returns[copy] * gamma * (ending == .terminated ? 0 : 1) + batch.rewards[copy]
          active[count] = returns[copy]
          count += 1
        }
        hasEnded[copy] = ending != .none
        if autoReset == .sameStep, ending != .none { returns[copy] = 0 }
      }
      return count
    }
  }

  /// Traps unless `gamma` is from 0 to 1.
  public init(_ base: any VectorEnvironment, gamma: Double = 0.99) {
    precondition((0...1).contains(gamma), "\(base.specification.id): a discount is from 0 to 1, not \(gamma)")
    self.base = base
    self.gamma = gamma
    isInnermost = base.givesEnvironmentRewards
    active = Array(repeating: 0, count: base.count)
    state = State(returns: active, hasEnded: active.map { _ in false })
    var specification = base.specification
    specification.addOption("normalize_reward=true")
    if gamma != 0.99 { specification.addOption("reward_gamma=\(shortest(gamma))") }
    self.specification = specification
  }

  public func reset(seed: UInt64, into batch: inout StepBatch) {
    base.reset(seed: seed, into: &batch)
    for copy in state.returns.indices { (state.returns[copy], state.hasEnded[copy]) = (0, false) }
  }

  public func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    stepBase(actions, into: &batch)
    let count = state.accumulate(batch, gamma: gamma, autoReset, into: &active)
    if !isFrozen, count > 0 {
      active.withUnsafeBufferPointer { state.moments.update($0.baseAddress!, rows: count) }
    }
    let scale = state.moments.scale(of: 0)
    for copy in batch.rewards.indices { batch.rewards[copy] *= scale }
  }

  public var statistics: [String: RunningMoments] {
    base.statistics.merging(["reward": state.moments]) { $1 }
  }

  public func freeze(_ statistics: [String: RunningMoments]) {
    base.freeze(statistics)
    isFrozen = true
    if let moments = statistics["reward"], moments.width == 1 { state.moments = moments }
  }

  public func snapshot() throws -> [UInt8] { try snapshot(with: state) }

  public func restore(_ snapshot: [UInt8]) throws {
    let read = try restore(snapshot, as: State.self)
    guard read.returns.count == count, read.hasEnded.count == count, read.moments.width == 1 else {
      throw SnapshotError("a snapshot of \(read.returns.count) environments does not fit a vector of \(count)")
    }
    state = read
  }
}
