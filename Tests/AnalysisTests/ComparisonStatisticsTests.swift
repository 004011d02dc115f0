import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Formats
@testable import Tracker

@Suite struct ComparisonStatisticsTests {
  @Test("The IQM of 1 to 20 scores is scipy.stats.trim_mean(x, 0.25)")
  func iqm() {
    // x[i] = (37 i² + 11 i) mod 101 for i = 1 … n, by SciPy 1.x.
    let expected = [
      48, 58.5, 60, 55.5, 60, 62.75, 64.6, 62.75, 63.4, 64.83333333333333, 63.142857142857146, 61.666666666666664,
      57.57142857142857, 54.5, 52, 52.25, 54.333333333333336, 55.5, 53.36363636363637, 55.5,
    ]
    for (index, expected) in expected.enumerated() {
      let values = (1...index + 1).map { (i: Int) -> Double in Double((37 * i * i + 11 * i) % 101) }
      #expect(abs(interquartileMean(values) - expected) < 1e-12, "\(values.count) scores")
    }
  }

  @Test(
    "The interval of the IQM is that of all nⁿ resamples",
    arguments: [
      ([0, 1], 0, 1), ([1, 2, 4], 1, 4), ([1, 2, 4, 8], 1, 8), ([0, 1, 3, 7, 15], 1.0 / 3, 37.0 / 3),
      ([1, 2, 4, 8, 16, 32], 2, 21),
    ] as [([Double], Double, Double)])
  func exactInterval(scores: [Double], low: Double, high: Double) {
    let interval = Bootstrap(seed: 5, resamples: 100_000).interval(of: [scores]) { interquartileMean($0[0]) }
    #expect(abs(interval.low - low) < 1e-12 && abs(interval.high - high) < 1e-12)
  }

  @Test(
    "The interval of the probability of improvement is that of all resamples of both groups, each by itself",
    arguments: [
      ([1, 3, 5], [2, 3, 4], 0, 1), ([1, 3, 5, 7], [2, 3, 4], 1.0 / 6, 1), ([4, 5, 9], [1, 3, 5], 4.0 / 9, 1),
    ] as [([Double], [Double], Double, Double)])
  func exactImprovement(x: [Double], y: [Double], low: Double, high: Double) {
    let interval = Bootstrap(seed: 5, resamples: 100_000).interval(of: [x, y]) {
      probabilityOfImprovement($0[0], over: $0[1])
    }
    #expect(abs(interval.low - low) < 1e-12 && abs(interval.high - high) < 1e-12)
  }
}

@Suite struct ComparisonScoreTests {
  private func run(_ id: String, hash: String = "a", _ scores: [Metric: Double]) -> RunRecord {
    var description = exampleDescription()
    description.configurationHash = hash
    var record = RunRecord(id: id, description: description)
    record.series = scores.map { Series(metric: $0.key, steps: [1], wallTimes: [0], values: [$0.value]) }
    return record
  }

  @Test("Where no run has come to its end another metric is the score, of all runs, and a note says which")
  func fallback() {
    let trained = run("a", ["rollout/ep_rew_mean": 20, "eval/mean_reward": 30])
    let young = run("b", ["rollout/ep_rew_mean": 10])
    let comparison = Comparison(of: [trained, young])
    #expect(comparison.metric == "eval/mean_reward")
    #expect(comparison.groups.first?.scores == [30])
    #expect(comparison.leftOut.map(\.run) == ["b"])
    #expect(comparison.notes.first == "No run has final/mean_reward, so eval/mean_reward stands in for it.")
    #expect(Comparison(of: [young]).metric == "rollout/ep_rew_mean")
  }

  @Test("One finished run is enough for the final score, and a metric that is asked for is never replaced")
  func noFallback() {
    let finished = run("a", ["final/mean_reward": .nan, "eval/mean_reward": 30])
    let young = run("b", ["eval/mean_reward": 10])
    let comparison = Comparison(of: [finished, young])
    #expect(comparison.metric == "final/mean_reward" && comparison.groups.isEmpty)
    #expect(comparison.leftOut.map(\.run) == ["a", "b"])
    let asked = Comparison(of: [young], metric: "final/mean_reward")
    #expect(asked.metric == "final/mean_reward" && asked.leftOut.count == 1 && asked.notes.isEmpty)
    #expect(Comparison(of: []).metric == "final/mean_reward")
  }

  @Test("The text holds the best group against each other one; the value has every pair")
  func pairs() {
    let records = [("x", 3.0), ("y", 9), ("z", 1), ("w", 2)].map { run($0.0, hash: $0.0, ["final/mean_reward": $0.1]) }
    let comparison = Comparison(of: records, resamples: 1)
    #expect(comparison.improvements.count == 12)
    let lines = comparison.text.split(separator: "\n").filter { $0.hasSuffix(" 1.00 [–]") }
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.hasPrefix("ppo y ") })
  }
}
