import Telemetry

/// Keeps account of the running episodes of N copies and of the last hundred that ended.
///
/// Rewards are summed in double precision, as they come from the world.
public struct EpisodeStatistics: Sendable, Codable {
  /// How many ended episodes the means are over, as Stable-Baselines3's `stats_window_size`.
  public static let window = 100

  private var runningRewards: [Double]
  private var runningLengths: [Int]
  private var rewards: [Double] = []
  private var lengths: [Int] = []
  private var oldest = 0

  public init(copies: Int) {
    runningRewards = Array(repeating: 0, count: copies)
    runningLengths = Array(repeating: 0, count: copies)
    rewards.reserveCapacity(Self.window)
    lengths.reserveCapacity(Self.window)
  }

  /// Takes in one step of every copy; reports each episode that ended with it. Rewards are the environment's own,
  /// whatever wrappers made of them.
  public mutating func record(
    _ batch: borrowing StepBatch, step: Int, autoReset: AutoReset = .sameStep, to sink: (any MetricSink)?
  ) {
    for copy in runningRewards.indices {
      runningRewards[copy] += batch.environmentReward(of: copy)
      runningLengths[copy] += 1
      let ending = batch.endings[copy]
      if ending == .none { continue }
      let episode = Episode(
        phase: .training, reward: runningRewards[copy], length: runningLengths[copy], truncated: ending == .truncated)
      keep(episode)
      sink?.record(episode, step: step)
      runningRewards[copy] = 0
      // In the mode next-step the next step only resets: no reward, and no step of an episode.
      runningLengths[copy] = autoReset == .nextStep ? -1 : 0
    }
  }

  /// Forgets the episodes that have not ended, as after a reset.
  public mutating func dropRunning() {
    for copy in runningRewards.indices { (runningRewards[copy], runningLengths[copy]) = (0, 0) }
  }

  /// The returns of the last hundred episodes, the latest last.
  public var returns: [Double] { Array(rewards[oldest...] + rewards[..<oldest]) }
  /// Their lengths.
  public var episodeLengths: [Int] { Array(lengths[oldest...] + lengths[..<oldest]) }

  /// Records `rollout/ep_rew_mean` and `rollout/ep_len_mean` once an episode has ended.
  public func report(step: Int, to sink: any MetricSink) {
    guard let meanReward, let meanLength else { return }
    sink.record("rollout/ep_rew_mean", meanReward, step: step)
    sink.record("rollout/ep_len_mean", meanLength, step: step)
  }

  /// The mean return of the last hundred episodes; nil before the first has ended.
  public var meanReward: Double? { rewards.isEmpty ? nil : rewards.reduce(0, +) / Double(rewards.count) }
  public var meanLength: Double? {
    lengths.isEmpty ? nil : Double(lengths.reduce(0, +)) / Double(lengths.count)
  }

  private mutating func keep(_ episode: Episode) {
    if rewards.count < Self.window {
      rewards.append(episode.reward)
      lengths.append(episode.length)
    } else {
      rewards[oldest] = episode.reward
      lengths[oldest] = episode.length
      oldest = (oldest + 1) % Self.window
    }
  }
}
