import Foundation
import Telemetry

/// How groups of runs that differ by more than the seed did, with the uncertainty that few seeds leave.
///
/// Runs of one agent, environment and configuration hash are a group. The statistics are those of Agarwal et al. 2021,
/// "Deep reinforcement learning at the edge of the statistical precipice".
public struct Comparison: Sendable, Codable, Hashable {
  /// The metric whose last value is a run's score.
  public var metric: String
  /// The bootstrap's seed.
  public var seed: UInt64
  public var resamples: Int
  /// By environment, the highest IQM first.
  public var groups: [Group]
  /// What the groups' configurations do not agree on, by name.
  public var differences: [Difference]
  /// One for each ordered pair of groups in the same environment.
  public var improvements: [Improvement]
  public var leftOut: [LeftOut]
  /// What to bear in mind, a sentence each.
  public var notes: [String]

  /// A configuration key and its value in each group, in the order of `groups`; `none` where it is not set.
  public struct Difference: Sendable, Codable, Hashable {
    public var key: String
    public var values: [HyperparameterValue]
  }

  /// The probability that a run of `group` scores above one of `over`, ties counting half, and its 95 % interval.
  public struct Improvement: Sendable, Codable, Hashable {
    public var group: String
    public var over: String
    public var probability: Double
    public var low: Double
    public var high: Double
  }

  /// A run that has no score.
  public struct LeftOut: Sendable, Codable, Hashable {
    public var run: String
    public var experiment: String
    public var seed: UInt64
    public var reason: String
  }

  /// What is a run's score unless its user says: the first of these that any run has.
  private static let scores: [Metric] = [
    "final/mean_reward", "final/validation/accuracy", "final/validation/r2", "eval/mean_reward", "rollout/ep_rew_mean",
  ]

  /// Compares runs by the last value of `metric`; intervals are of `resamples` (≥ 1) seeded bootstrap samples.
  ///
  /// Without `metric` the score is `final/mean_reward`, or of fits `final/validation/accuracy` or `final/validation/r2`.
  /// Where no run has come to its end it is `eval/mean_reward`, or else `rollout/ep_rew_mean`, and a note says so; it is the
  /// same one for all runs.
  public init(of records: [RunRecord], metric: Metric? = nil, seed: UInt64 = 0, resamples: Int = 5_000) {
    precondition(resamples >= 1, "a bootstrap needs at least one resample, not \(resamples)")
    let recorded = Self.scores.first { score in records.contains { $0.isDescribed && $0.last(score) != nil } }
    let isFallback = metric == nil && recorded.map { !$0.name.hasPrefix("final/") } ?? false
    let metric = metric ?? recorded ?? Self.scores[0]
    self.metric = metric.name
    (self.seed, self.resamples) = (seed, resamples)
    let bootstrap = Bootstrap(seed: seed, resamples: resamples)
    leftOut = []
    var members: [GroupKey: [(record: RunRecord, score: Double)]] = [:]
    for record in records {
      if let reason = Self.reasonToLeaveOut(record, metric) {
        let description = record.description
        leftOut.append(
          LeftOut(run: record.id, experiment: description.experiment, seed: description.seed, reason: reason))
      } else if let score = record.last(metric) {
        members[GroupKey(record.description), default: []].append((record, score))
      }
    }
    let made = members.map { (Group($0.key, of: $0.value, bootstrap), $0.value.map(\.record)) }
      .sorted {
        ($0.0.environment, -$0.0.iqm, $0.0.agent, $0.0.configurationHash)
          < ($1.0.environment, -$1.0.iqm, $1.0.agent, $1.0.configurationHash)
      }
    groups = made.map(\.0)
    differences = Self.differences(made.map(\.1[0].description))
    improvements = Self.improvements(groups, bootstrap)
    notes = isFallback ? ["No run has \(Self.scores[0]), so \(metric) stands in for it."] : []
    notes += made.flatMap { Self.notes($0, of: $1) }
  }

  private static func reasonToLeaveOut(_ record: RunRecord, _ metric: Metric) -> String? {
    if !record.isDescribed { return "its log does not say what it is" }
    guard let score = record.last(metric) else { return "it has no \(metric) (\(record.status.rawValue))" }
    return score.isFinite ? nil : "its \(metric) is \(shortest(score))"
  }

  private static func differences(_ descriptions: [RunDescription]) -> [Difference] {
    let settings = descriptions.map { description in
      var settings = description.hyperparameters.merging(description.protocolSettings) { $1 }
      settings["agent"] = .text(description.agent)
      settings["environment"] = .text(description.environment)
      if description.copies > 0 {
        settings["n_envs"] = .integer(description.copies)
        settings["n_timesteps"] = .integer(description.budget)
      }
      return settings
    }
    let keys = Set(settings.flatMap(\.keys)).sorted()
    return keys.map { key in Difference(key: key, values: settings.map { $0[key] ?? .none }) }
      .filter { Set($0.values).count > 1 }
  }

  private static func improvements(_ groups: [Group], _ bootstrap: Bootstrap) -> [Improvement] {
    var improvements: [Improvement] = []
    for (index, group) in groups.enumerated() {
      for other in groups[(index + 1)...] where other.environment == group.environment {
        let probability = probabilityOfImprovement(group.scores, over: other.scores)
        let (low, high) = bootstrap.interval(of: [group.scores, other.scores]) {
          probabilityOfImprovement($0[0], over: $0[1])
        }
        improvements += [
          Improvement(group: group.label, over: other.label, probability: probability, low: low, high: high),
          Improvement(
            group: other.label, over: group.label, probability: 1 - probability, low: 1 - high, high: 1 - low),
        ]
      }
    }
    return improvements
  }

  private static func notes(_ group: Group, of records: [RunRecord]) -> [String] {
    var notes: [String] = []
    let seeds = Set(group.seeds).count
    if group.isSmall {
      notes.append(
        "\(group.label) has \(seeds) seed\(seeds == 1 ? "" : "s"): fewer than 5 say little about the next one.")
    }
    if seeds < group.count {
      notes.append(
        "\(group.label) has \(group.count) runs of \(seeds) seed\(seeds == 1 ? "" : "s"): "
          + "runs that share a seed are no independent evidence.")
    }
    let extended = records.filter { $0.budget != $0.description.budget }
    if !extended.isEmpty {
      notes.append(
        "\(group.label) has runs that were resumed to another budget: "
          + extended.map { "\($0.id) to \($0.budget) steps" }.joined(separator: ", ") + ".")
    }
    return notes
  }
}
