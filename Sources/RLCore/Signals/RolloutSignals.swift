import Telemetry

/// What an agent's experience looks like as it comes in: episodes, actions, rewards and observations.
///
/// A loop that collects calls `observe` with what actions are chosen on, `check` before each step and `record` after
/// it, `receive` with rewards that the agent has changed, and `report` at the end of an iteration.
struct RolloutSignals: Sendable, Codable {
  private(set) var episodes: EpisodeStatistics
  private var actions: ActionUse
  private var inputs: InputStatistics
  /// nil in a checkpoint of an earlier version.
  private var starts: FirstObservations?
  /// Of the iteration so far.
  private var rewardMaximum = 0.0
  private var numbers = 0
  private var nonFinite = 0

  /// `gamma`: the agent's discount. `scalesActions`: the agent's actions are numbers in −1 … 1.
  init(for environment: EnvironmentSpecification, environmentCount: Int, gamma: Double, scalesActions: Bool) {
    episodes = EpisodeStatistics(environmentCount: environmentCount, gamma: gamma, timeLimit: environment.timeLimit)
    actions = ActionUse(environment.actionSpace, isScaled: scalesActions)
    inputs = InputStatistics(width: environment.observationSpace.width)
    starts = FirstObservations(width: environment.observationSpace.width)
  }

  /// Takes in the `observations [rows, W]` that actions are about to be chosen on, `count` numbers.
  mutating func observe(_ observations: UnsafePointer<Float>, rows: Int, count: Int) {
    inputs.take(observations, rows: rows)
    numbers += count
    var found = 0
    for i in 0..<count { found &+= observations[i].isFinite ? 0 : 1 }
    nonFinite += found
  }

  /// Throws where one of the actions that an environment is about to take after `step` transitions is not a number;
  /// what led to it is then recorded, as by `report`.
  mutating func check(
    _ actions: UnsafeBufferPointer<Float>, from previous: Int, to step: Int, _ sink: any MetricSink
  ) throws(NonFiniteActionError) {
    do throws(NonFiniteActionError) {
      try NonFiniteActionError.check(actions, "at step \(step)")
    } catch {
      report(from: previous, to: step, sink)
      throw error
    }
  }

  /// Takes in a step of every environment: `actions [N, A]` as the policy gave them, and what came of them.
  mutating func record(
    _ actions: UnsafePointer<Float>, _ batch: borrowing StepBatch, step: Int, to sink: any MetricSink
  ) {
    self.actions.take(actions, rows: batch.rewards.count)
    episodes.record(batch, step: step, to: sink)
    if batch.hasEnding { takeStarts(batch) }
  }

  /// Takes in the first observation of each episode that follows one that has ended.
  private mutating func takeStarts(_ batch: borrowing StepBatch) {
    let width = batch.observations.count / batch.rewards.count
    var starts = self.starts.take() ?? FirstObservations(width: width)
    batch.observations.withUnsafeBufferPointer { observations in
      for copy in batch.endings.indices where batch.endings[copy] != .none {
        starts.take(observations.baseAddress! + copy * width)
      }
    }
    self.starts = starts
  }

  /// Takes in rewards as they are learnt from.
  mutating func receive(_ batch: borrowing StepBatch) {
    for copy in batch.rewards.indices {
      let magnitude = abs(batch.rewards[copy])
      // True for a NaN, too.
      if !(magnitude <= rewardMaximum) { rewardMaximum = magnitude }
    }
  }

  /// Records the series `rollout/*` of an iteration from one step to another, and `inputs/*` where a look is due.
  mutating func report(from previous: Int, to step: Int, _ sink: any MetricSink) {
    episodes.report(step: step, to: sink)
    (sink as? TrainingSink)?.firstObservations = starts
    actions.report(step: step, to: sink)
    sink.record(.rolloutRewardAbsMax, rewardMaximum, step: step)
    sink.record(.rolloutNonfiniteObservations, Double(nonFinite) / Double(max(1, numbers)), step: step)
    (rewardMaximum, numbers, nonFinite) = (0, 0, 0)
    if sink.signals.isDue(from: previous, to: step) { inputs.report(step: step, to: sink) }
  }
}
