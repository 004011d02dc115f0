import Telemetry

/// Charts with a common title and legend, one panel an environment, to be drawn as a picture or in a terminal.
///
///     var figure = ChartFigure(LearningCurve(of: records, metric: "train/loss"))
///     figure.title = "Loss"
///     let svg = SVGChart(figure).text
package struct ChartFigure: Sendable, Hashable {
  package var title: String
  /// What line and band are.
  package var explanation: String
  package private(set) var panels: [LineChart]
  /// What the cells of the lines are called.
  package var columns: [String]
  /// Colours of lines by their label, instead of the palette's.
  package var colours: [String: ChartColour] = [:]

  /// Traps for no panel.
  init(title: String, explanation: String, panels: [LineChart], columns: [String] = []) {
    precondition(!panels.isEmpty, "a figure without a panel")
    self.title = title
    self.explanation = explanation
    self.panels = panels
    self.columns = columns
  }

  /// The labels of all panels' lines, each once, in the order in which they take colours.
  package var labels: [String] {
    var seen: Set<String> = []
    return panels.flatMap(\.lines).map(\.label).filter { seen.insert($0).inserted }
  }

  /// What is written at the axes of every panel.
  package mutating func nameAxes(horizontal: String?, vertical: String?) {
    for index in panels.indices {
      if let horizontal { panels[index].horizontal = horizontal }
      if let vertical { panels[index].vertical = vertical }
    }
  }

  /// Calls the lines of a label otherwise.
  package mutating func rename(_ label: String, to name: String) {
    for panel in panels.indices {
      for line in panels[panel].lines.indices where panels[panel].lines[line].label == label {
        panels[panel].lines[line].label = name
      }
    }
    if let colour = colours.removeValue(forKey: label) { colours[name] = colour }
  }

  /// The figure on other scales.
  package func on(_ scales: ChartScales) -> ChartFigure {
    var figure = self
    figure.panels = panels.map { $0.on(scales) }
    return figure
  }

  /// The legend's entries by label: `ppo, 5 seeds`, or `ppo, 3 seeds or 5 seeds` where panels differ.
  var legend: [(label: String, text: String)] {
    let lines = panels.flatMap(\.lines)
    return labels.map { label in
      let sizes = Set(lines.filter { $0.label == label }.map(\.size)).filter { !$0.isEmpty }.sorted()
      return (label, sizes.isEmpty ? label : "\(label), \(sizes.joined(separator: " or "))")
    }
  }

  /// What the marks at the edges mean, of those in the chart; empty for none.
  var markLegend: String {
    let values = Set(panels.flatMap(\.lines).flatMap(\.marks).map(\.value))
    return OffAxisValue.allCases.filter(values.contains).map { "\($0.mark.character) \($0.name)" }
      .joined(separator: ", ")
  }

  /// The explanation and what the marks mean.
  var caption: String { [explanation, markLegend].filter { !$0.isEmpty }.joined(separator: "; ") }
}

extension ChartFigure {
  /// A panel an environment.
  package init(_ curve: LearningCurve) {
    let isOnePanel = curve.environments.count <= 1
    let panels = curve.environments.map { environment in
      LineChart(
        title: isOnePanel ? "" : environment, horizontal: curve.axis.title, vertical: curve.metric.name,
        lines: curve.groups.filter { $0.environment == environment }.map { LineChart.Line($0, of: curve) })
    }
    self.init(
      title: curve.title, explanation: curve.explanation,
      panels: panels.isEmpty
        ? [LineChart(title: "", horizontal: curve.axis.title, vertical: curve.metric.name, lines: [])] : panels,
      columns: [
        "group", "seeds", curve.axis == .steps ? "last step" : "last second", "value there", "interval",
        "not finite",
      ])
  }

  /// The performance profiles of a comparison: Agarwal et al. 2021, figure 7.
  package init(_ comparison: ScoreComparison) {
    let places = comparison.environments
    self.init(
      comparison.performanceProfile, of: "normalised score",
      runs: Dictionary(comparison.aggregate.map { ($0.algorithm, $0.runs) }) { first, _ in first },
      in: places.count <= 3 ? places.joined(separator: ", ") : "\(places.count) environments")
  }

  /// The performance profiles of the best groups in one environment, over their scores as they are; nil where there are no
  /// two groups. Lines are in the order of `labels`, so that another figure's have the same colours.
  package init?(
    profilesOf comparison: Comparison, in environment: String, like labels: [String] = [], limit: Int = 12
  ) {
    let best = comparison.groups.filter { $0.environment == environment }.prefix(limit)
    let groups =
      labels.compactMap { label in best.first { $0.label == label } } + best.filter { !labels.contains($0.label) }
    let scores = groups.flatMap(\.scores)
    guard groups.count > 1, let low = scores.min(), let high = scores.max(), (high - low).isFinite else { return nil }
    // Beyond the ends, so that each profile begins at 1 and ends at 0.
    let margin = max((high - low) / 20, high.magnitude * 1e-6, 1e-9)
    let profile = PerformanceProfile(
      groups.map { ($0.label, StratifiedScores([$0.scores])) }, seed: comparison.seed,
      resamples: min(comparison.resamples, ScoreComparison.profileResamples),
      covering: (low - margin)...(high + margin))
    self.init(
      profile, of: comparison.metric, runs: Dictionary(groups.map { ($0.label, $0.count) }) { first, _ in first },
      in: environment)
  }

  private init(_ profile: PerformanceProfile, of score: String, runs: [String: Int], in place: String) {
    let lines = profile.algorithms.map { one in
      let runs = runs[one.algorithm] ?? 0
      // Shares fall: the last threshold that half of the runs are above.
      let half = one.shares.lastIndex { $0 >= 0.5 }.map { profile.thresholds[$0] }
      return LineChart.Line(
        label: one.algorithm, size: "\(runs) run\(runs == 1 ? "" : "s")",
        summary: half.map { "half of its runs score above \(brief($0))" } ?? "its scores are below the axis",
        omissions: "", steps: profile.thresholds, means: one.shares, lows: one.lows, highs: one.highs,
        hasBand: runs > 1, marks: [], cells: [one.algorithm, "\(runs)", half.map(brief) ?? "–"])
    }
    self.init(
      title: place.isEmpty ? "Performance profiles" : "Performance profiles in \(place)",
      explanation: "share of runs that score above a threshold, and its pointwise 95 % bootstrap interval",
      panels: [LineChart(title: "", horizontal: score, vertical: "share of runs above", lines: lines)],
      columns: ["algorithm", "runs", "half of its runs score above"])
  }
}
