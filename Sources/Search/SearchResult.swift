import Formats
import Foundation
import Settings
import Telemetry
import Tuning

/// What a search came to: the best settings, and how good they are with seeds that had no part in their choice.
package struct SearchResult: Sendable {
  package let metric: String
  package let direction: ScoreDirection
  /// The trial of the best mean; nil where none has finished.
  package let best: Int?
  package let values: [String: HyperparameterValue]
  /// As the search saw it, by which it was chosen: luck included.
  package let searched: MeanScore?
  /// Of fresh seeds; nil where there are none.
  package let confirmed: MeanScore?
  /// Of the settings that the search started from, with as many fresh seeds; nil where they are the best, or failed.
  package let start: MeanScore?
  /// How much better the best settings are than those, with fresh seeds.
  package let improvement: ScoreDifference?

  /// Whether the search started from settings of its user's.
  private let hasStart: Bool

  init(_ state: SearchState) {
    let configuration = state.configuration
    (metric, direction) = (configuration.metric.name, configuration.direction)
    let race = Race(direction)
    hasStart = configuration.startValues != nil
    let winner = state.best
    (best, values) = (winner?.number, winner?.values ?? [:])
    searched = winner.map { race.mean($0.scores) }
    let scores = winner.map { state.freshScores(of: $0.number) } ?? []
    let others = winner?.number == 0 ? [] : state.freshScores(of: 0)
    confirmed = scores.isEmpty ? nil : race.mean(scores)
    start = others.isEmpty ? nil : race.mean(others)
    improvement = scores.isEmpty || others.isEmpty ? nil : Self.difference(state, winner, race)
  }

  /// Fold by fold where fits have folds, else of the means.
  private static func difference(
    _ state: SearchState, _ winner: TrialState?, _ race: Race
  ) -> ScoreDifference? {
    guard let winner else { return nil }
    let (runs, others) = (state.freshRuns(of: winner.number), state.freshRuns(of: 0))
    return ScoreDifference(foldByFold: runs, others, race.direction)
      ?? race.difference(runs.compactMap(\.score), others.compactMap(\.score))
  }

  /// What is to be said of the best settings beside those that the search started from.
  package var verdict: String {
    guard let best else { return "no trial has finished" }
    if best == 0 { return "nothing better was found than the settings the search started from" }
    if !hasStart { return "the best one; there are no settings at the start to compare it with" }
    guard let improvement, let low = improvement.low, let high = improvement.high else {
      return confirmed == nil
        ? "not confirmed: the score is that by which the trial was chosen, luck included"
        : "not compared with the settings the search started from"
    }
    let interval =
      "\(shortest(Self.rounded(improvement.mean))) [\(shortest(Self.rounded(low))), \(shortest(Self.rounded(high)))]"
    if !improvement.isDistinguishable {
      return "not distinguishable from the settings the search started from: better by \(interval)"
    }
    return improvement.mean > 0
      ? "better than the settings the search started from by \(interval)"
      : "worse than the settings the search started from by \(interval): the search was misled by luck"
  }

  /// Four digits.
  private static func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let scale = pow(10, 3 - log10(abs(value)).rounded(.down))
    return (value * scale).rounded() / scale
  }
}
