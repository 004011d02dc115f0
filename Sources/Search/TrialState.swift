import Formats
import Settings
import Tuning

/// The runs of one trial.
package struct TrialState: Sendable {
  package let number: Int
  package let values: [String: HyperparameterValue]
  /// In the order of their seeds.
  package private(set) var runs: [TrialRun] = []
  /// Whether no further seed is run, as the trial is worse than the best one with 95 %.
  package internal(set) var isOutpaced = false

  /// Of the runs that have finished.
  package private(set) var scores: [Double] = []
  package private(set) var failure: TrialRun?
  package private(set) var isPruned = false
  /// Of all its finished runs; nil where one failed, was pruned, or none has finished.
  package private(set) var score: Double?
  /// Whether all that is to be known of it is known.
  package private(set) var hasEnded = false
  /// As samplers see it; nil for what lies outside the space, which tells nothing about it.
  private(set) var view: Trial?

  init(number: Int, values: [String: HyperparameterValue]) { (self.number, self.values) = (number, values) }

  package var steps: Int { runs.reduce(0) { $0 &+ $1.steps } }

  /// A run that is new, or knows more than before.
  mutating func add(_ run: TrialRun) {
    if let place = runs.firstIndex(where: { $0.id == run.id }) { runs[place] = run } else { runs.append(run) }
  }

  /// What follows from the runs alone.
  mutating func settle(in space: SearchSpace) {
    if runs.count > 1 { runs.sort { ($0.seed, $0.start, $0.id) < ($1.seed, $1.start, $1.id) } }
    scores = runs.compactMap(\.score)
    failure = runs.first { $0.status == .failed }
    let pruned = runs.first(where: \.isPruned)
    isPruned = pruned != nil
    score = failure != nil || isPruned || scores.isEmpty ? nil : mean(scores)
    view = nil
    guard space.contains(values) else { return }
    let state: Trial.State =
      if failure != nil {
        .failed
      } else if let score {
        .finished(score: score)
      } else {
        pruned?.outcome ?? (runs.allSatisfy(\.hasEnded) ? .failed : .running)
      }
    view = Trial(number, values, state, reports: (pruned ?? runs.last)?.reports ?? [])
  }

  /// `seeds`: how many runs a trial has.
  mutating func settleEnd(seeds: Int) {
    hasEnded =
      failure != nil || isPruned || runs.allSatisfy(\.hasEnded) && (isOutpaced || runs.count >= seeds)
  }
}

extension TrialRun {
  /// What it came to, as samplers and pruners see it.
  var outcome: Trial.State {
    if isPruned {
      if let last = reports.last { return .pruned(step: last.step, score: last.score) }
    } else if let score {
      return .finished(score: score)
    }
    return hasEnded ? .failed : .running
  }
}
