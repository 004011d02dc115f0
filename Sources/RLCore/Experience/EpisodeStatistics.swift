import Formats
import Telemetry

/// Keeps account of the running episodes of N environments and of the last hundred that ended. Use it in the `iterate` of an
/// agent of your own, to record `rollout/ep_rew_mean` and its like.
///
/// ```swift
/// import Telemetry
///
/// func collect(
///   _ environments: any VectorEnvironment, _ actions: [Float], _ batch: inout StepBatch,
///   statistics: inout EpisodeStatistics, step: Int, reporting sink: any MetricSink
/// ) {
///   environments.step(actions.span, into: &batch)
///   statistics.record(batch, step: step, to: sink)
///   statistics.report(step: step, to: sink)
/// }
/// ```
///
/// Rewards are summed in double precision, as they come from the environment.
public struct EpisodeStatistics: Sendable, Codable {
  /// How many ended episodes the means are over, as Stable-Baselines3's `stats_window_size`.
  public static let window = 100

  private var runningRewards: [Double]
  private var runningLengths: [Int]
  private var rewards: [Double] = []
  private var lengths: [Int] = []
  private var truncations: [Bool] = []
  private var oldest = 0
  private let timeLimit: Int?
  /// The discounted returns of the running episodes and of those that ended; nil without a discount.
  private var discounted: DiscountedReturns?

  /// `gamma`: also keep account of discounted returns. `timeLimit`: the environment's, to tell apart what else
  /// truncates.
  public init(environmentCount: Int, gamma: Double? = nil, timeLimit: Int? = nil) {
    runningRewards = Array(repeating: 0, count: environmentCount)
    runningLengths = Array(repeating: 0, count: environmentCount)
    rewards.reserveCapacity(Self.window)
    lengths.reserveCapacity(Self.window)
    truncations.reserveCapacity(Self.window)
    self.timeLimit = timeLimit
    discounted = gamma.map { DiscountedReturns(environmentCount: environmentCount, gamma: $0) }
  }

  /// Takes in one step of every environment; reports each episode that ended with it. Rewards are the environment's
  /// own, whatever wrappers made of them.
  public mutating func record(
    _ batch: borrowing StepBatch, step: Int, autoReset: AutoReset = .sameStep, to sink: (any MetricSink)?
  ) {
    add(batch.environmentRewards ?? batch.rewards)
    discounted?.add(batch.rewards, lengths: runningLengths)
    guard batch.hasEnding else { return }
    for copy in runningRewards.indices where batch.endings[copy] != .none {
      let ending = batch.endings[copy]
      let episode = Episode(
        phase: .training, reward: runningRewards[copy], length: runningLengths[copy], truncated: ending == .truncated)
      keep(episode, of: copy)
      sink?.record(episode, step: step)
      runningRewards[copy] = 0
      // In the mode next-step the next step only resets: no reward, and no step of an episode.
      runningLengths[copy] = autoReset == .nextStep ? -1 : 0
    }
  }

  /// A step of every environment; a loop without a branch, for environments that take a nanosecond a step.
  private mutating func add(_ rewards: [Double]) {
    let environmentCount = runningRewards.count
    rewards.withUnsafeBufferPointer { rewards in
      runningRewards.withUnsafeMutableBufferPointer { sums in
        for copy in 0..<environmentCount { sums[copy] += rewards[copy] }
      }
    }
    runningLengths.withUnsafeMutableBufferPointer { lengths in
      for copy in 0..<environmentCount { lengths[copy] &+= 1 }
    }
  }

  /// Forgets the episodes that have not ended, as after a reset.
  public mutating func dropRunning() {
    for copy in runningRewards.indices { (runningRewards[copy], runningLengths[copy]) = (0, 0) }
    discounted?.dropRunning()
  }

  /// The returns of the last hundred episodes, the latest last.
  public var returns: [Double] { Array(rewards[oldest...] + rewards[..<oldest]) }
  /// Their lengths.
  public var episodeLengths: [Int] { Array(lengths[oldest...] + lengths[..<oldest]) }

  /// Records once an episode has ended, each of the last hundred: `rollout/ep_rew_mean`, `rollout/ep_len_mean`, the
  /// share that was truncated, `rollout/truncated_fraction`, and with a time limit the share that reached it,
  /// `rollout/time_limit_fraction`; with a discount `rollout/discounted_return`, the mean, of rewards as the
  /// environment's wrappers give them.
  public func report(step: Int, to sink: any MetricSink) {
    guard let meanReward, let meanLength else { return }
    let count = Double(lengths.count)
    sink.record(.rolloutEpRewMean, meanReward, step: step)
    sink.record(.rolloutEpLenMean, meanLength, step: step)
    sink.record(.rolloutTruncatedFraction, Double(truncations.count { $0 }) / count, step: step)
    if let timeLimit {
      sink.record(.rolloutTimeLimitFraction, Double(lengths.count { $0 >= timeLimit }) / count, step: step)
    }
    if let discounted { sink.record("rollout/discounted_return", discounted.mean, step: step) }
  }

  /// The mean return of the last hundred episodes; nil before the first has ended.
  public var meanReward: Double? { rewards.isEmpty ? nil : mean(rewards) }
  public var meanLength: Double? {
    lengths.isEmpty ? nil : Double(lengths.reduce(0, +)) / Double(lengths.count)
  }

  private mutating func keep(_ episode: Episode, of copy: Int) {
    discounted?.end(of: copy, at: rewards.count < Self.window ? nil : oldest)
    if rewards.count < Self.window {
      rewards.append(episode.reward)
      lengths.append(episode.length)
      truncations.append(episode.truncated)
    } else {
      rewards[oldest] = episode.reward
      lengths[oldest] = episode.length
      truncations[oldest] = episode.truncated
      oldest = (oldest + 1) % Self.window
    }
  }
}

/// Σ γᵗ r_t of the running episodes of N environments, and of the last hundred that ended.
private struct DiscountedReturns: Sendable, Codable {
  private let gamma: Double
  private var running: [Double]
  /// γᵗ of each environment's next reward.
  private var discounts: [Double]
  private var ended: [Double] = []

  init(environmentCount: Int, gamma: Double) {
    self.gamma = gamma
    running = Array(repeating: 0, count: environmentCount)
    discounts = Array(repeating: 1, count: environmentCount)
    ended.reserveCapacity(EpisodeStatistics.window)
  }

  /// `lengths`: of the running episodes; 0 where the step only reset.
  mutating func add(_ rewards: [Double], lengths: [Int]) {
    for copy in running.indices where lengths[copy] > 0 {
      running[copy] += discounts[copy] * rewards[copy]
      discounts[copy] *= gamma
    }
  }

  /// `place`: of the ended episode that is replaced; nil for one more.
  mutating func end(of copy: Int, at place: Int?) {
    if let place { ended[place] = running[copy] } else { ended.append(running[copy]) }
    (running[copy], discounts[copy]) = (0, 1)
  }

  mutating func dropRunning() {
    for copy in running.indices { (running[copy], discounts[copy]) = (0, 1) }
  }

  var mean: Double { Formats.mean(ended) }
}
