import Formats
import Foundation
import Settings
import Telemetry
import Tracker

/// How groups of runs that differ by more than the seed did, with the uncertainty that few seeds leave.
///
/// Runs of one agent, environment and configuration hash are a group. The statistics are those of Agarwal et al. 2021,
/// "Deep reinforcement learning at the edge of the statistical precipice".
package struct Comparison: Sendable, Codable, Hashable {
  /// The metric whose last value is a run's score.
  package var metric: String
  /// The bootstrap's seed.
  package var seed: UInt64
  package var resamples: Int
  /// By environment, the highest IQM first.
  package var groups: [Group]
  /// What groups of one agent in one environment do not agree on, by name.
  package var differences: [Difference]
  /// One for each ordered pair of groups in the same environment.
  package var improvements: [Improvement]
  /// Over the folds of fits, the best group first.
  package var folds: [FoldRow]
  /// Aggregates over the environments whose reference scores are known, where there are two or more.
  package var acrossEnvironments: ScoreComparison?
  /// What the scores behind `acrossEnvironments` are normalised by.
  package var referenceScores: [ReferenceScores]
  /// The metric whose curve areas and thresholds are about.
  package var curve: String
  package var leftOut: [LeftOut]
  /// What to bear in mind, a sentence each.
  package var notes: [String]

  /// A configuration key and its value in each group, in the order of `groups`; `none` where it is not set.
  package struct Difference: Sendable, Codable, Hashable {
    package var key: String
    package var values: [HyperparameterValue]
  }

  /// The probability that a run of `group` scores above one of `over`, ties counting half, and its 95 % interval; nil
  /// where either has fewer than four seeds.
  package struct Improvement: Sendable, Codable, Hashable {
    package var group: String
    package var over: String
    package var probability: Double
    @NullWritten package var low: Double?
    @NullWritten package var high: Double?
  }

  /// With fewer a bootstrap's interval says little but which scores there are: no interval is given.
  package static let fewestSeedsOfInterval = 4

  /// A run that has no score.
  package struct LeftOut: Sendable, Codable, Hashable {
    package var run: String
    package var experiment: String
    package var seed: UInt64
    package var reason: String
  }

  /// What is a run's score unless its user says: the first of these that any run has.
  private static let scores: [Metric] = [
    .finalMeanReward, .finalValidationAccuracy, .finalValidationR2, .finalValidationNDCG, "test/accuracy", "test/r2",
    .evalMeanReward,
    .rolloutEpRewMean,
    .rolloutEpRew,
  ]

  /// Compares runs by the last value of `metric`; intervals are of `resamples` (≥ 1) seeded bootstrap samples.
  ///
  /// Without `metric` the score is `final/mean_reward`, or of fits `final/validation/accuracy`, `r2` or `ndcg`.
  /// Where no run has come to its end it is `eval/mean_reward`, or else `rollout/ep_rew_mean`, and a note says so; it is the
  /// same one for all runs. Runs of different budgets, environment versions or evaluation protocols are neither one group
  /// nor compared unless `merging` says so. Without `threshold` it is the environment's reference score.
  package init(
    of records: [RunRecord], metric: Metric? = nil, seed: UInt64 = 0, resamples: Int = 5_000,
    merging: Set<Merging> = [], threshold: Double? = nil
  ) {
    precondition(resamples >= 1, "a bootstrap needs at least one resample, not \(resamples)")
    let recorded = Self.scores.first { score in records.contains { $0.isDescribed && $0.last(score) != nil } }
    let isFallback = metric == nil && recorded.map { !$0.isOfEnd } ?? false
    let metric = metric ?? recorded ?? Self.scores[0]
    self.metric = metric.name
    (self.seed, self.resamples) = (seed, resamples)
    let bootstrap = Bootstrap(seed: seed, resamples: resamples)
    leftOut = []
    var scored: [(record: RunRecord, score: Double)] = []
    for record in records where !Self.isBeside(record, metric) {
      if let reason = Self.reasonToLeaveOut(record, metric) {
        let description = record.description
        leftOut.append(
          LeftOut(run: record.id, experiment: description.experiment, seed: description.seed, reason: reason))
      } else if let score = record.last(metric) {
        scored.append((record, score))
      }
    }
    // The best first.
    let sign: Double = metric.isMinimized ? 1 : -1
    let members = GroupKey.groups(of: scored, merging: merging, run: \.record)
    let curve = Self.curve(of: scored.map(\.record), metric)
    self.curve = curve.name
    let labels = GroupLabels(members.mapValues { $0.map(\.record) })
    let made = members.map { key, members in
      let group = Group(
        key, named: labels[key], of: members, curve: curve,
        threshold: threshold ?? ReferenceScores.of(members[0].record.description.target)?.reference, bootstrap)
      return (group, members.map(\.record))
    }
    .sorted {
      ($0.0.environment, sign * $0.0.iqm, $0.0.agent, $0.0.label)
        < ($1.0.environment, sign * $1.0.iqm, $1.0.agent, $1.0.label)
    }
    groups = made.map(\.0)
    differences = Self.differences(made.map(\.1[0]))
    let (pairs, refusals) = Self.pairs(made, merging: merging)
    improvements = Self.improvements(pairs, isMinimized: metric.isMinimized, bootstrap)
    let folds = Self.folds(made, metric)
    self.folds = folds.rows
    let across = ScoreTable.acrossEnvironments(groups)
    acrossEnvironments = across.table.map { ScoreComparison(of: $0, seed: seed, resamples: resamples) }
    referenceScores =
      acrossEnvironments?.environments.compactMap { name in ReferenceScores.of(name) } ?? []
    notes = isFallback ? ["No run has \(Self.scores[0]), so \(metric) stands in for it."] : []
    let folded = Set(folds.rows.map(\.group))
    notes +=
      folds.notes + Self.seedNotes(groups.filter { !folded.contains($0.label) })
      + made.flatMap { Self.notes($0, of: $1, merging: merging) } + refusals
    if let note = across.note { notes.append(note) }
  }

  /// Whether it is a part of a workflow that has no such score and needs none, as an addition of data.
  private static func isBeside(_ record: RunRecord, _ metric: Metric) -> Bool {
    let description = record.description
    return record.status == .finished && record.last(metric) == nil
      && (description.step != nil || description.kind == "workflow")
  }

  private static func reasonToLeaveOut(_ record: RunRecord, _ metric: Metric) -> String? {
    if !record.isDescribed { return "its log does not say what it is" }
    guard let score = record.last(metric) else { return "it has no \(metric) (\(record.status.rawValue))" }
    return score.isFinite ? nil : "its \(metric) is \(shortest(score))"
  }

  /// Of groups that share agent and environment; that agents have different hyperparameters goes without saying.
  private static func differences(_ examples: [RunRecord]) -> [Difference] {
    let settings = examples.map { $0.parameters.merging($0.description.protocolSettings) { $1 } }
    let families = Dictionary(grouping: examples.indices) { index in
      let description = examples[index].description
      return [description.subject, GroupKey.unversioned(description.target)]
    }
    return Set(settings.flatMap(\.keys)).sorted().compactMap { key in
      let values = settings.map { $0[key] ?? .none }
      let differs = families.values.contains { family in Set(family.map { values[$0] }).count > 1 }
      return differs ? Difference(key: key, values: values) : nil
    }
  }

  /// The curve of evaluations where every run has one, or else of training; the score itself where it is a curve.
  private static func curve(of records: [RunRecord], _ metric: Metric) -> Metric {
    if !metric.isOfEnd { return metric }
    let evaluated = records.allSatisfy { ($0.series(.evalMeanReward)?.values.count ?? 0) > 1 }
    return evaluated ? .evalMeanReward : .rolloutEpRewMean
  }

  private static func improvements(
    _ pairs: [(Group, Group)], isMinimized: Bool, _ bootstrap: Bootstrap
  ) -> [Improvement] {
    /// That a score of the one is better than one of the other.
    func improvement(_ scores: [Double], over others: [Double]) -> Double {
      isMinimized ? probabilityOfImprovement(others, over: scores) : probabilityOfImprovement(scores, over: others)
    }
    return pairs.flatMap { group, other in
      let probability = improvement(group.scores, over: other.scores)
      var interval: (low: Double, high: Double)?
      if group.hasInterval, other.hasInterval {
        interval = bootstrap.interval(of: [group.scores, other.scores]) { improvement($0[0], over: $0[1]) }
      }
      return [
        Improvement(
          group: group.label, over: other.label, probability: probability, low: interval?.low, high: interval?.high),
        Improvement(
          group: other.label, over: group.label, probability: 1 - probability, low: interval.map { 1 - $0.high },
          high: interval.map { 1 - $0.low }),
      ]
    }
  }
}

extension Metric {
  /// Whether it is recorded once, of what has come to its end.
  fileprivate var isOfEnd: Bool { name.hasPrefix("final/") || name.hasPrefix("test/") }
}
