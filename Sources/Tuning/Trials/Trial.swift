import Settings

/// A trial of a search as samplers and pruners see it.
package struct Trial: Sendable, Hashable, Codable {
  package var number: Int
  /// Of the parameters that are there.
  package var values: [String: HyperparameterValue]
  package var state: State
  /// In ascending order of their steps.
  package var reports: [Report]

  package enum State: Sendable, Hashable, Codable {
    case running
    case finished(score: Double)
    /// Stopped by a pruner at this step, with this score.
    case pruned(step: Int, score: Double)
    case failed
  }

  package init(
    _ number: Int, _ values: [String: HyperparameterValue], _ state: State = .running, reports: [Report] = []
  ) {
    (self.number, self.values, self.state, self.reports) = (number, values, state, reports)
  }

  /// Of a finished trial; nil where it is NaN.
  package var score: Double? {
    if case .finished(let score) = state, !score.isNaN { score } else { nil }
  }
}

/// A score on the way: after `step` steps, epochs or trees.
package struct Report: Sendable, Hashable, Codable {
  package var step: Int
  package var score: Double

  package init(_ step: Int, _ score: Double) { (self.step, self.score) = (step, score) }
}
