import Analysis
import Formats
import Tracker

/// The scores of groups with their intervals, who is better and how probably, and what to bear in mind.
struct ComparedScores {
  let comparison: Comparison

  var html: HTML {
    if comparison.groups.isEmpty { return "<p class=\"empty\">No run has a score called \(comparison.metric).</p>" }
    let notes: [HTML] = comparison.notes.map { "<p class=\"soft\">\($0)</p>" }
    return """
      <section><h2>\(comparison.metric)</h2>\(scores)\(notes)</section>
      \(folds)\(improvements)
      """
  }

  private var scores: HTML {
    let hasThreshold = comparison.groups.contains { $0.threshold != nil }
    let rows: [HTML] = comparison.groups.map { group in
      let scale = scale(of: group.environment)
      let threshold: HTML =
        hasThreshold
        ? "<td class=\"n\">\(group.threshold == nil ? "–" : "\(group.reached) of \(group.count)")</td><td class=\"n\">\(group.stepsToThreshold.map(Shown.number) ?? "–")</td>"
        : ""
      return """
        <tr><th scope="row">\(group.label)</th><td>\(group.environment)</td><td class="n">\(group.seedCount)</td>
        <td class="n">\(Shown.number(group.iqm))</td><td class="n">\(Self.interval(group.iqmLow, group.iqmHigh) ?? "fewer than 4 seeds")</td>
        <td>\(scale.mark(group.iqm, group.iqmLow, group.iqmHigh, dots: group.scores))</td>
        <td class="n">\(Shown.number(group.mean))\(group.std.map { " ± " + Shown.number($0) } ?? "")</td><td class="n">\(Shown.number(group.min))</td>
        <td class="n">\(Shown.number(group.max))</td>\(threshold)</tr>

        """
    }
    let threshold: HTML =
      hasThreshold
      ? "<th scope=\"col\" class=\"n\">At threshold</th><th scope=\"col\" class=\"n\">Steps to it</th>" : ""
    return """
      <div class="scroll"><table class="narrow"><thead><tr><th scope="col">Group</th><th scope="col">Environment</th>
      <th scope="col" class="n">Seeds</th><th scope="col" class="n">IQM</th><th scope="col" class="n">95 % interval</th>
      <th scope="col"><span class="hidden">Picture of the interval</span></th><th scope="col" class="n">Mean ± std</th>
      <th scope="col" class="n">Min</th><th scope="col" class="n">Max</th>\(threshold)</tr></thead><tbody>\(rows)</tbody></table></div>

      """
  }

  /// Groups in one environment share a scale.
  private func scale(of environment: String) -> IntervalScale {
    IntervalScale(
      covering: comparison.groups.filter { $0.environment == environment }.flatMap { group in
        group.scores + [group.iqmLow, group.iqmHigh].compactMap { $0 }
      })
  }

  private static let improvementLimit = 60

  private var improvements: HTML {
    // Of the two directions of a pair the one that is more probable; of an even one the first.
    var seen: Set<Set<String>> = []
    let pairs = comparison.improvements.filter { $0.probability >= 0.5 && seen.insert([$0.group, $0.over]).inserted }
    if pairs.isEmpty { return "" }
    let scale = IntervalScale(covering: [0, 1], middle: 0.5)
    let rows: [HTML] = pairs.prefix(Self.improvementLimit).map { one in
      let isCertain = one.low.map { $0 > 0.5 } ?? false
      return """
        <tr><th scope="row">\(one.group)</th><td>\(one.over)</td><td class="n">\(Self.percent(one.probability))</td>
        <td class="n">\(Self.percents(one.low, one.high) ?? "fewer than 4 seeds")</td><td>\(scale.mark(one.probability, one.low, one.high))</td>
        <td>\(one.low == nil ? "too few seeds to tell" : isCertain ? "better" : "not distinguishable")</td></tr>

        """
    }
    let more: HTML =
      pairs.count > Self.improvementLimit
      ? "<p class=\"soft\">And \(Shown.grouped(pairs.count - Self.improvementLimit)) more: <code>rlrun compare</code> prints all.</p>"
      : ""
    return """
      <section><h2>Probability of improvement</h2><div class="scroll"><table class="narrow"><thead><tr><th scope="col">Group</th><th scope="col">Over</th>
      <th scope="col" class="n">Probability</th><th scope="col" class="n">95 % interval</th><th scope="col"><span class="hidden">Picture of the interval</span></th>
      <th scope="col">Verdict</th></tr></thead><tbody>\(rows)</tbody></table></div>\(more)</section>

      """
  }

  private var folds: HTML {
    if comparison.folds.isEmpty { return "" }
    let scale = IntervalScale(
      covering: comparison.folds.flatMap { [$0.mean, $0.low, $0.high].compactMap { $0 } })
    let rows: [HTML] = comparison.folds.map { row in
      """
      <tr><th scope="row">\(row.group)</th><td class="n">\(row.folds)</td><td class="n">\(Shown.number(row.mean))</td>
      <td class="n">\(Self.interval(row.low, row.high) ?? "")</td><td>\(scale.mark(row.mean, row.low, row.high))</td>
      <td class="n">\(row.difference.map(Shown.number) ?? "")</td><td class="n">\(Self.interval(row.differenceLow, row.differenceHigh) ?? "")</td>
      <td class="n">\(row.p.map(Shown.number) ?? "")</td><td>\(row.verdict)</td></tr>

      """
    }
    return """
      <section><h2>Over the folds</h2><div class="scroll"><table class="narrow"><thead><tr><th scope="col">Group</th><th scope="col" class="n">Folds</th>
      <th scope="col" class="n">Mean</th><th scope="col" class="n">95 % interval</th><th scope="col"><span class="hidden">Picture of the interval</span></th>
      <th scope="col" class="n">From the best</th><th scope="col" class="n">95 % interval</th><th scope="col" class="n">p</th><th scope="col">Verdict</th></tr></thead>
      <tbody>\(rows)</tbody></table></div></section>

      """
  }

  static func leftOut(_ comparison: Comparison) -> HTML {
    if comparison.leftOut.isEmpty { return "" }
    let items: [HTML] = comparison.leftOut.map {
      "<li><a href=\"/runs/\($0.run)\">\($0.run)</a> (\($0.experiment), seed \(String($0.seed))): \($0.reason)</li>\n"
    }
    return "<section><h2>Left out</h2><ul>\(items)</ul></section>\n"
  }

  private static func interval(_ low: Double?, _ high: Double?) -> String? {
    low.flatMap { low in high.map { "\(Shown.number(low)) to \(Shown.number($0))" } }
  }
  private static func percent(_ share: Double) -> String { Shown.number((share * 1_000).rounded() / 10) + " %" }
  private static func percents(_ low: Double?, _ high: Double?) -> String? {
    low.flatMap { low in high.map { "\(percent(low)) to \(percent($0))" } }
  }
}

/// Draws estimates with their intervals in cells of a table, on one scale.
struct IntervalScale {
  private let low: Double
  private let high: Double
  private let middle: Double?
  private static let width = 160.0

  /// `middle` is marked: where two are equal.
  init(covering values: [Double], middle: Double? = nil) {
    low = values.min() ?? 0
    high = values.max() ?? 1
    self.middle = middle
  }

  private func x(_ value: Double) -> Double {
    let share = high > low ? (value - low) / (high - low) : 0.5
    return (6 + min(max(share, 0), 1) * (Self.width - 12)).rounded()
  }

  /// `dots`: what it is an estimate from.
  func mark(_ value: Double, _ low: Double?, _ high: Double?, dots: [Double] = []) -> HTML {
    func number(_ value: Double) -> String { shortest(value) }
    let line: HTML =
      middle.map {
        "<line class=\"axis\" x1=\"\(number(x($0)))\" x2=\"\(number(x($0)))\" y1=\"1\" y2=\"17\"/>"
      } ?? ""
    let points: [HTML] = dots.prefix(100).map { "<circle class=\"seed\" cx=\"\(number(x($0)))\" cy=\"9\" r=\"2.5\"/>" }
    var interval: HTML = ""
    if let low, let high {
      interval =
        "<line class=\"interval\" x1=\"\(number(x(low)))\" x2=\"\(number(x(high)))\" y1=\"9\" y2=\"9\"/>"
    }
    return """
      <svg class="estimate" width="\(number(Self.width))" height="18" aria-hidden="true">\(line)\(points)\(interval)<circle class="value" cx="\(number(x(value)))" cy="9" r="4"/></svg>
      """
  }
}
