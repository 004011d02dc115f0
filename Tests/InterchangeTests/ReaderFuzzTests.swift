import Foundation
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Debugger
@testable import Interchange
@testable import Tracker

/// Runs of steps, times and values at the ends of what there is, as another program's log may have them: everything that
/// reads runs comes to an end with them.
@Suite struct ReaderFuzzTests {
  private static let names = [
    "rollout/ep_rew_mean", "eval/mean_reward", "final/mean_reward", "train/loss", "validation/loss", "train/approx_kl",
    "train/clip_fraction", "train/clip_range", "train/critic_loss", "train/entropy_fraction", "train/entropy_loss",
    "train/epochs", "train/explained_variance", "train/first_ratio_error", "train/grad_norm", "train/n_updates",
    "train/q_value", "train/return_abs_max", "train/target_updates", "train/value_loss", "weights/policy.0/norm",
    "weights/policy.0/unit_spread", "gradients/policy.0/norm", "updates/policy.0/ratio", "activations/q.0/variance",
    "activations/q.0/dead_fraction", "activations/q.0/saturated_fraction", "data/class_count/a", "data/label_issues",
    "data/validation_rows", "data/training_rows", "data/baseline_loss", "inputs/mean_shift", "inputs/constant_columns",
    "replay/capacity", "replay/size", "rollout/action_at_bound", "rollout/most_frequent_action",
    "rollout/nonfinite_observations", "rollout/reward_abs_max", "rollout/time_limit_fraction", "time/time_elapsed",
    "time/environment", "time/update", "time/policy", "time/waiting", "time/fps", "validation/recall/a", "a",
    "final/train/confusion/a/a",
  ]
  private static let steps = [Int.min, .min + 1, -1, 0, 1, 2, 3, 1_000, 1 << 53, .max - 1, .max]
  private static let times = [Int64.min, -1, 0, 1, 1_700_000_000_000_000, .max]
  private static let values = [
    -Double.infinity, .infinity, .nan, 0, -0.0, 1, -1, 0.5, .leastNonzeroMagnitude, 1e308, -1e308,
    .greatestFiniteMagnitude, 1e18, 500,
  ]

  private static func record(_ fuzz: inout Fuzz, id: String) -> RunRecord {
    var description = exampleDescription(seed: fuzz.one(of: [0, 1, .max]))
    description.budget = fuzz.one(of: [Int.min, 0, 1, 1_000, .max])
    description.start = fuzz.one(of: times)
    var record = RunRecord(id: id, description: description)
    record.status = fuzz.one(of: RunStatus.allCases)
    record.end = fuzz.below(4) == 0 ? nil : fuzz.one(of: times)
    var series: [String: Series] = [:]
    for _ in 0...fuzz.below(5) {
      let name = fuzz.one(of: names)
      // Some in order, as recorded; some in any.
      var points = (0..<fuzz.below(30)).map { _ in fuzz.one(of: steps) }
      if fuzz.below(2) == 0 { points.sort() }
      let count = points.count
      series[name] = Series(
        metric: Metric(name), steps: points, wallTimes: (0..<count).map { _ in fuzz.one(of: times) },
        values: (0..<count).map { _ in fuzz.one(of: values) })
    }
    record.series = series.sorted { $0.key < $1.key }.map(\.value)
    for _ in 0..<fuzz.below(4) {
      let episode = Episode(
        phase: fuzz.one(of: Episode.Phase.allCases), reward: fuzz.one(of: values), length: fuzz.one(of: [0, 1, .max]),
        truncated: fuzz.below(2) == 0)
      record.episodes.append(
        RecordedEpisode(episode: episode, step: fuzz.one(of: steps), wallTime: fuzz.one(of: times)))
    }
    return record
  }

  @Test func `the debugger, charts, comparisons, profiles and exports come to an end with any run`() throws {
    var fuzz = Fuzz(seed: 71)
    let settings = try DebuggerSettings(
      selection: "all", parameters: [:], conditions: ["a > 0 for 2 points", "train/loss > 1 for 1 points"])
    for round in 0..<Fuzz.rounds {
      let records = [Self.record(&fuzz, id: "a"), Self.record(&fuzz, id: "b")]
      var debugger = try RuleEngine(settings)
      let findings = debugger.replay(records[0])
      #expect(Diagnosis(findings, of: records[0]).causes.count <= findings.count)
      let metric = records[0].series[0].metric
      for axis in [LearningCurve.Axis.steps, .time] {
        let curve = LearningCurve(
          of: records, metric: metric, by: axis, smoothing: fuzz.one(of: [0, 0.9]), points: 20, resamples: 10)
        guard round % 4 == 0, !curve.groups.isEmpty else { continue }
        #expect(!TerminalChart(curve).text.isEmpty && !SVGChart(curve).text.isEmpty)
      }
      _ = RunProfile(records[0])
      _ = RunDiff(records[0], records[1])
      #expect(RunFields(records[0])["id"] == .text("a"))
      guard round % 4 == 1 else { continue }
      let comparison = Comparison(of: records, metric: metric, seed: 0, resamples: 10)
      #expect(!comparison.text.isEmpty && !comparison.csv.isEmpty && !comparison.markdown.isEmpty)
      var written = 0
      let sink = { (bytes: [UInt8]) in written += bytes.count }
      CSVExport(records).metrics(.long, to: sink)
      CSVExport(records).metrics(.wide, to: sink)
      CSVExport(records).episodes(to: sink)
      CSVExport(records).runs(to: sink)
      JSONLinesExport(records).metrics(to: sink)
      EventFileExport(records[0]).write(to: sink)
      #expect(written > 0)
    }
  }
}
