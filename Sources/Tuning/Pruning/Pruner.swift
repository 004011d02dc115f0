/// Stops trials that are unlikely to become the best.
package protocol Pruner: Sendable {
  /// Whether a trial that has reported `reports` so far, in ascending order of steps, is to be stopped, given the other
  /// trials.
  func prunes(_ reports: [Report], among others: [Trial]) -> Bool
}

extension Pruner {
  /// The same, given the reports of finished trials alone.
  package func prunes(_ reports: [Report], among others: [[Report]]) -> Bool {
    prunes(
      reports,
      among: others.enumerated().map { number, reports in
        Trial(number, [:], .finished(score: reports.last?.score ?? .nan), reports: reports)
      })
  }
}

/// The pruners there are.
package enum PrunerName: String, CaseIterable, Sendable, Codable {
  case none
  case median
  case asha

  /// One line for help.
  package var summary: String {
    switch self {
    case .none: "every trial goes on to its end"
    case .median: "stops a trial whose best score is worse than the median of the others at its step"
    case .asha: "asynchronous successive halving: the best third goes on at each rung (Li et al. 2018)"
    }
  }
}
