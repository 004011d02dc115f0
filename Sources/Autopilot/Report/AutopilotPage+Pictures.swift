import Analysis
import Formats
import Validation

extension AutopilotPage {
  private static let mostBars = 15

  /// By how much candidates are behind the first one.
  var behind: ChartDrawing {
    let entries = report.leaderboard.prefix(Self.mostBars).filter { $0.behind != nil }
    return IntervalBarChart(
      title: "", axis: "\(words.name) behind \(report.leaderboard[0].name), with 95 % intervals",
      bars: entries.map { bar($0.name + report.remark(on: $0), $0.behind!) }
    ).drawing()
  }

  var segments: ChartDrawing {
    IntervalBarChart(
      title: "", axis: "mean loss of a row, with 95 % intervals",
      bars: report.segments.map { bar($0.condition, $0.loss) }
        + [.init(name: "all rows", value: report.segments[0].overall)]
    ).drawing()
  }

  var importance: [SectionedPage.Part] {
    let sorted = report.importance.sorted { $0.loss.value > $1.loss.value }
    let shown = sorted.prefix(Self.mostBars)
    var text =
      "By how much the \(words.name) gets worse where a column's values are shuffled among the rows, with 95 % intervals. "
      + "It says what the predictions go by, not what causes '\(report.plan.target)'; columns that say the same share it."
    if sorted.count > shown.count { text += " The first \(shown.count) of \(sorted.count) columns." }
    return [
      .text(text),
      .picture(
        IntervalBarChart(
          title: "", axis: "\(words.name) lost without the column", bars: shown.map { bar($0.column, $0.loss) }
        ).drawing()),
    ] + contributions
  }

  private var contributions: [SectionedPage.Part] {
    guard !report.contributions.isEmpty else { return [] }
    let unit =
      report.classes.isEmpty
      ? "in units of '\(report.plan.target)'" : "in percentage points of the predicted probability"
    let scale = report.classes.isEmpty ? 1.0 : 100
    return [
      .text("By how much a column moves the prediction of a row, up or down, in the mean (|SHAP|), \(unit)."),
      .table(
        [["column", "moves it by"]]
          + report.contributions.prefix(Self.mostBars).map { [$0.column, ScoreWords.number(scale * $0.size)] }),
    ]
  }

  var curve: [SectionedPage.Part] {
    let points = report.curve.sorted { $0.rows < $1.rows }
    let verdict =
      switch DataCurve(points, report.plan.direction) {
      case .helps: "More rows would probably help: the last step still brought a good part of what was gained."
      case .levels: "More rows would hardly help: the last step brought next to nothing."
      case .unclear: "It is not clear whether more rows would help: the steps are within what chance does."
      }
    var chart = DependenceChart(
      title: "", horizontal: "rows a model is fitted to", vertical: words.name, places: points.map { Double($0.rows) },
      names: nil, mean: points.map(\.score.value), curves: [])
    if points.allSatisfy({ $0.score.low != nil && $0.score.high != nil }) {
      chart.band = (points.map { $0.score.low! }, points.map { $0.score.high! })
    }
    let table: [[String]] = points.map { [grouped($0.rows), words.short($0.score)] }
    let picture: [SectionedPage.Part] = points.count > 1 ? [.picture(chart.drawing(height: 280))] : []
    return [.lead([verdict])] + picture + [.table([["rows", "\(words.name) [95 % interval]"]] + table)]
  }

  func calibration(_ test: AutopilotReport.Test) -> [SectionedPage.Part] {
    let bins = test.reliability.sorted { $0.predicted < $1.predicted }
    let judged = bins.count { $0.rows >= 10 }
    let verdict =
      CalibrationFinding(bins)?.sentence
      ?? (judged >= 3
        ? "Its probabilities can be taken as they are: in no tenth they are off by five points and by more than chance explains."
        : "Too few cases lie beyond \(counted(judged, "tenth")) to judge its probabilities; where there are some, they are not off "
          + "by more than chance explains.")
    let places = bins.map(\.predicted)
    let chart = DependenceChart(
      title: "", horizontal: "probability that was predicted", vertical: "how often it was so", places: places,
      names: nil, mean: bins.map(\.observed), curves: [places])
    let rows = bins.map { [ScoreWords.percent($0.predicted), ScoreWords.percent($0.observed), grouped($0.rows)] }
    let picture: [SectionedPage.Part] =
      bins.count > 1
      ? [
        .text("On the thin line probabilities are right; below it they are too high."),
        .picture(chart.drawing(height: 280)),
      ] : []
    return [.lead([verdict])] + picture + [.table([["predicted", "was so", "cases"]] + rows)]
  }

  private func bar(_ name: String, _ estimate: Estimate) -> IntervalBarChart.Bar {
    guard let low = estimate.low, let high = estimate.high else { return .init(name: name, value: estimate.value) }
    return .init(name: name, value: estimate.value, interval: (low, high))
  }
}
