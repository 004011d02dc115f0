import Randomness
import Telemetry
import TestSupport
import Testing

@testable import RLCore
@testable import Settings

/// The statistics behind signals, by hand.
@Suite struct SignalStatisticsTests {
  private func recorded(_ body: (MemorySink) -> Void) -> [Metric: Double] {
    let sink = MemorySink()
    body(sink)
    return sink.lastValues
  }

  @Test func `episodes: discounted returns, truncations, time limits`() {
    var statistics = EpisodeStatistics(environmentCount: 2, gamma: 0.5, timeLimit: 3)
    var batch = StepBatch(count: 2, width: 1)
    let sink = MemorySink()
    // Copy 0 ends after two steps of 4 and 2; copy 1 is truncated at the limit of three steps of 1, 1 and 1.
    let steps: [(rewards: [Double], endings: [Ending])] = [
      ([4, 1], [.none, .none]), ([2, 1], [.terminated, .none]), ([8, 1], [.truncated, .truncated]),
    ]
    for (index, step) in steps.enumerated() {
      (batch.rewards, batch.endings) = (step.rewards, step.endings)
      statistics.record(batch, step: index, to: sink)
    }
    let values = recorded { statistics.report(step: 6, to: $0) }
    // 4 + 2/2, 8, and 1 + 1/2 + 1/4.
    #expect(values["rollout/discounted_return"] == (5 + 8 + 1.75) / 3)
    #expect(values["rollout/truncated_fraction"] == 2.0 / 3)
    #expect(values["rollout/time_limit_fraction"] == 1.0 / 3)
    // The hundred and first episode takes the place of the first.
    for _ in 0..<98 {
      (batch.rewards, batch.endings) = ([0, 0], [.terminated, .none])
      statistics.record(batch, step: 0, to: nil)
    }
    let later = recorded { statistics.report(step: 7, to: $0) }
    #expect(abs(later["rollout/discounted_return"]! - (8 + 1.75) / 100) < 1e-12)
    #expect(later["rollout/truncated_fraction"] == 0.02)
  }

  @Test func `actions: the most frequent one, and those at their bounds`() {
    var numbered = ActionUse(.multiDiscrete([2, 3]), isScaled: false)
    numbered.take([0, 2, 1, 2, 1, 2, 1, 0], rows: 4)
    #expect(recorded { numbered.report(step: 1, to: $0) } == ["rollout/most_frequent_action": 0.75])
    // Forgotten with the report.
    numbered.take([0, 1], rows: 1)
    #expect(recorded { numbered.report(step: 2, to: $0) } == ["rollout/most_frequent_action": 1])
    var box = ActionUse(.box(low: [-1, -2], high: [1, 2]), isScaled: false)
    box.take([1, 0, -1.5, 1.99], rows: 2)
    #expect(recorded { box.report(step: 1, to: $0) } == ["rollout/action_at_bound": 0.5])
    var scaled = ActionUse(.box(low: [-1, -2], high: [1, 2]), isScaled: true)
    scaled.take([0.98, -0.995, 0, 0], rows: 2)
    #expect(recorded { scaled.report(step: 1, to: $0) } == ["rollout/action_at_bound": 0.25])
  }

  @Test func `inputs: constant and equal columns, and how far the means have moved`() {
    var inputs = InputStatistics(width: 4)
    // Columns: alternating 0 and 2, the same again, always 7, and one that counts.
    func take(_ rows: Int, shift: Float) {
      for row in 0..<rows {
        let value = Float(row % 2) * 2 + shift
        inputs.take([value, value, 7, Float(row)], rows: 1)
      }
    }
    take(500, shift: 0)
    var values = recorded { inputs.report(step: 1, to: $0) }
    #expect(values == ["inputs/constant_columns": 1, "inputs/duplicate_columns": 1, "inputs/abs_max": 499])
    take(500, shift: 0)
    values = recorded { inputs.report(step: 2, to: $0) }
    #expect(values["inputs/mean_shift"] == nil)
    // Means of 1 and deviations of 1 in the first two columns; 249.5 and 144.3 in the last.
    take(500, shift: -10)
    values = recorded { inputs.report(step: 3, to: $0) }
    #expect(abs(values["inputs/mean_shift"]! - 10) < 1e-6)
    #expect(values["inputs/abs_max"] == 499)
    // A NaN is left out, but makes columns differ.
    inputs.take([1, .nan, 7, 2, 2, 2, 7, 4], rows: 2)
    values = recorded { inputs.report(step: 4, to: $0) }
    #expect(values["inputs/constant_columns"] == 2 && values["inputs/duplicate_columns"] == 0)
    #expect(values["inputs/mean_shift"]!.isFinite)
  }

  @Test func `observations that are no numbers are counted`() {
    let world = EnvironmentSpecification(
      id: "T", observationSpace: .box(low: [0, 0], high: [1, 1]), actionSpace: .discrete(count: 2))
    var rollout = RolloutSignals(for: world, environmentCount: 2, gamma: 1, scalesActions: false)
    rollout.observe([0, .nan, .infinity, 1], rows: 2, count: 4)
    rollout.observe([0, 0, 0, 0], rows: 2, count: 4)
    var batch = StepBatch(count: 2, width: 2)
    batch.rewards = [-3, 2]
    rollout.record([0, 1], batch, step: 2, to: MemorySink())
    rollout.receive(batch)
    let values = recorded { rollout.report(from: 0, to: 2, $0) }
    #expect(values["rollout/nonfinite_observations"] == 0.25)
    #expect(values["rollout/reward_abs_max"] == 3)
    #expect(values["inputs/abs_max"] == nil)
  }

  @Test func `advantages and errors, by hand`() {
    var advantages = AdvantageStatistics()
    advantages.take(advantages: [1, -3], returns: [0.5, -2], count: 2)
    advantages.take(advantages: [2, 4], returns: [1, 1], count: 2)
    let values = recorded { advantages.report(step: 1, to: $0) }
    #expect(values["train/advantage_mean"] == 1 && values["train/advantage_std"] == 6.5.squareRoot())
    #expect(values["train/advantage_abs_max"] == 4 && values["train/return_abs_max"] == 2)
    var errors = ValueErrors()
    errors.take(values: [1, 2], targets: [2, -3], rows: 2)
    errors.take(values: [0], targets: [0], rows: 1)
    let found = recorded { errors.report(step: 1, to: $0) }
    #expect(found == ["train/td_error_abs_mean": 2, "train/target_abs_max": 3])
    // What is no number shows.
    errors.take(values: [0], targets: [.nan], rows: 1)
    #expect(recorded { errors.report(step: 2, to: $0) }["train/target_abs_max"]!.isNaN)
  }

  @Test(arguments: [
    ("*", "weights/policy.0", true), ("weights/*", "weights/policy.0", true), ("weights/*", "gradients/q.0", false),
    ("*.0", "weights/policy.0", true), ("*.0", "weights/policy.10", false), ("w*p?l*.0", "weights/policy.0", true),
    ("weights", "weights/policy.0", false), ("", "", true), ("**", "a", true), ("?", "", false),
  ])
  func `patterns of tensor names`(pattern: String, name: String, matches: Bool) {
    #expect(NamePattern(pattern).matches(name) == matches)
  }

  @Test func `a pattern that matches nothing is told with the tensors there are`() {
    let plan = SignalPlan(interval: 1, watched: [NamePattern("weights/*"), NamePattern("wights/q.0")])
    #expect(
      throws: HyperparameterError(
        "'wights/q.0' matches no tensor of dqn; did you mean 'weights/q.0'? there are weights/q.0, signals/targets")
    ) { try plan.check(["weights/q.0", "signals/targets"], of: "dqn") }
    #expect(throws: HyperparameterError("sarsa has no tensors to watch, 'weights/*' or others")) {
      try plan.check([], of: "sarsa")
    }
  }

  @Test func `the reductions of a tensor, by hand`() {
    let sink = MemorySink(SignalPlan(interval: 1, watched: [NamePattern("t")]))
    let numbers: [Float] = [3, 0, .nan, -4, 0, 1, 0, 2, -.infinity, 5]
    numbers.withUnsafeBufferPointer { sink.record(tensor: "t", $0, step: 1) }
    #expect(sink.last("t/min") == -4 && sink.last("t/max") == 5)
    #expect(sink.last("t/mean") == 7.0 / 8 && sink.last("t/l1") == 15)
    #expect(abs(sink.last("t/norm")! - 55.0.squareRoot()) < 1e-12)
    #expect(abs(sink.last("t/std")! - (55.0 / 8 - 49.0 / 64).squareRoot()) < 1e-12)
    #expect(sink.last("t/zero_fraction") == 0.3 && sink.last("t/nonfinite_fraction") == 0.2)
    // Sorted: −4 0 0 0 1 2 3 5, at 0.35, 3.5 and 6.65.
    #expect(abs(sink.last("t/p05")! + 4 * 0.65) < 1e-6)
    #expect(sink.last("t/p50") == 0.5)
    #expect(abs(sink.last("t/p95")! - (3 + 2 * 0.65)) < 1e-6)
    #expect(sink.histograms["t"]?.last?.bins.reduce(0, +) == 8)
    // Against sorting, with many equal values.
    var generator = CounterGenerator(SeedSequence(5))
    let many = (0..<1_001).map { _ in (generator.normal() * 4).rounded() }
    many.withUnsafeBufferPointer { sink.record(tensor: "t", $0, step: 2) }
    let sorted = many.sorted()
    #expect(sink.last("t/p05") == Double(sorted[50]) && sink.last("t/p95") == Double(sorted[950]))
    #expect(sink.last("t/p50") == Double(sorted[500]))
    sink.clear()
    numbers.withUnsafeBufferPointer { sink.record(tensor: "other", $0, step: 3) }
    [Float.nan].withUnsafeBufferPointer { sink.record(tensor: "t", $0, step: 3) }
    #expect(sink.lastValues == ["t/nonfinite_fraction": 1, "t/zero_fraction": 0])
  }
}
