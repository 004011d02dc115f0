import Formats
import Settings
import Telemetry
import Tuning

/// The pictures of a search: how its best score came about, what each setting did to it, and what they did together.
package struct SearchPictures: Sendable {
  package var space: SearchSpace
  /// In the order of their numbers.
  package var trials: [Trial]
  package var direction: ScoreDirection
  /// What the scores are of.
  package var metric: String
  /// Of the search, by which importance is computed.
  package var seed: UInt64

  package init(
    space: SearchSpace, trials: [Trial], direction: ScoreDirection, metric: String, seed: UInt64 = 0
  ) {
    self.space = space
    self.trials = trials.sorted { $0.number < $1.number }
    (self.direction, self.metric, self.seed) = (direction, metric, seed)
  }

  /// A score to draw: of a finished trial, or the last of a pruned one.
  struct Scored {
    var trial: Trial
    var score: Double
    var isFinished: Bool
  }

  var scored: [Scored] {
    trials.compactMap { trial in
      switch trial.state {
      case .finished(let score) where score.isFinite: Scored(trial: trial, score: score, isFinished: true)
      case .pruned(_, let score) where score.isFinite: Scored(trial: trial, score: score, isFinished: false)
      default: nil
      }
    }
  }

  /// Whether no trial has a score to draw.
  package var isEmpty: Bool { scored.isEmpty }

  /// The scores' axis: from the best to what most reach, so that a few disasters leave room for the rest.
  var scoreAxis: Axis {
    let losses = scored.map { direction.loss($0.score) }.sorted()
    guard let best = losses.first, let worst = losses.last else { return Axis(covering: [], ticks: 5) }
    let limit = best + 3 * (quantile(losses, 0.75) - best)
    let shown = min(worst, limit > best ? limit : worst)
    return Axis(covering: [direction.loss(best), direction.loss(shown)], ticks: 5)
  }

  /// The best score up to each finished trial.
  var bests: [(number: Int, score: Double)] {
    var best: Double?
    return scored.filter(\.isFinished).map { point in
      if best == nil || direction.prefers(point.score, to: best!) { best = point.score }
      return (point.trial.number, best!)
    }
  }

  /// Bars for the importance of settings; nil where too few trials have finished, or no setting changes the score.
  package func importance() -> ChartDrawing? {
    SettingImportance(space, trials, seed: seed).map { importance in
      IntervalBarChart(
        title: "Importance of settings", axis: "share of the variance that single settings account for",
        bars: importance.shares.map { .init(name: $0.name, value: $0.share) }
      ).drawing()
    }
  }

  /// All of them as a page that needs nothing else.
  package func page(title: String, verdict: String) -> String {
    let finished = scored.count(where: \.isFinished)
    let pruned = trials.count { if case .pruned = $0.state { true } else { false } }
    let failed = trials.count { $0.state == .failed }
    var page = SectionedPage(
      title: title,
      explanation: "\(trials.count) trials: \(finished) finished, \(pruned) pruned, \(failed) failed. \(verdict)")
    page.add("History", [.picture(history())])
    if let importance = importance() { page.add("Importance", [.picture(importance)]) }
    page.add("Settings", [.picture(slices())])
    page.add("Together", [.picture(parallelCoordinates())])
    return page.html
  }
}
