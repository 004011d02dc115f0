import Analysis
import Formats
import Telemetry
import Tracker
import WebServer

/// The runs of a chart view, in groups of seeds, and their curves.
struct SelectedRuns {
  let view: ChartView
  let outlines: [RunOutline]
  let groups: RunGroups
  /// How many runs the view has, drawn or not.
  let count: Int
  private let curves: ReducedCurves
  /// By run.
  private let groupOfRun: [String: Int]

  init(_ view: ChartView, _ curves: ReducedCurves, rows: () throws -> [RunFields]) throws {
    self.view = view
    self.curves = curves
    let (shown, count) = try view.ids(of: rows)
    self.count = count
    outlines = try shown.compactMap { try curves.outline($0) }
    groups = RunGroups(of: outlines.map(\.record))
    var groupOfRun: [String: Int] = [:]
    for (place, group) in groups.groups.enumerated() { for id in group.runs { groupOfRun[id] = place } }
    self.groupOfRun = groupOfRun
  }

  /// The names of all metrics, what learning is judged by first.
  var metrics: [String] {
    Set(outlines.flatMap { $0.record.series.map(\.metric.name) })
      .sorted { (Self.rank($0), $0) < (Self.rank($1), $1) }
  }

  /// A single point at the end is no curve.
  private static func rank(_ name: String) -> Int { name.hasPrefix("final/") ? 10 : RunPage.rank(name) }

  func label(_ group: Int) -> String { groups.groups[group].label }

  /// The mean over seeds and its interval. Runs are as few points as `pixels`.
  func curve(_ metric: Metric, pixels: Int, resamples: Int) throws -> LearningCurve {
    let records = try outlines.compactMap {
      try curves.record($0, metric, by: view.axis, buckets: pixels)?.record
    }
    return LearningCurve(
      of: records, metric: metric, by: view.axis, smoothing: view.smoothing, points: pixels, resamples: resamples)
  }

  /// What a chart on the screen draws.
  struct Line {
    var group: Int
    /// Empty for a group.
    var run = ""
    var xs: [Double]
    var means: [Double]
    var lows: [Double]
    var highs: [Double]
    var hasBand: Bool
    var marks: [(x: Double, value: OffAxisValue)]
    var nonFinite: Int
  }

  func lines(_ metric: Metric, pixels: Int) throws -> [Line] {
    try view.showsSingleRuns ? singleLines(metric, pixels) : groupLines(metric, pixels)
  }

  private func groupLines(_ metric: Metric, _ pixels: Int) throws -> [Line] {
    // Enough draws for a band that is looked at; files have more.
    try curve(metric, pixels: pixels, resamples: 200).groups.map { group in
      Line(
        group: group.runs.first.flatMap { groupOfRun[$0] } ?? 0, xs: group.steps, means: group.means, lows: group.lows,
        highs: group.highs, hasBand: group.runs.count > 1, marks: group.gaps.map { ($0.step, $0.value) },
        nonFinite: group.offAxis.values.reduce(0, +))
    }
  }

  /// Of more single runs only lines are drawn.
  static let bandLimit = 24

  /// Of single runs the band is the range of the points behind a pixel.
  private func singleLines(_ metric: Metric, _ pixels: Int) throws -> [Line] {
    let scale = view.axis == .time ? 1e-6 : 1
    // Of many the bands would cover each other, and are most of what the page would have to load and draw.
    let hasBands = outlines.count <= Self.bandLimit
    return try outlines.compactMap { outline in
      guard let found = try curves.record(outline, metric, by: view.axis, buckets: pixels) else { return nil }
      let curve = found.curve
      let id = outline.record.id
      var line = Line(
        group: groupOfRun[id] ?? 0, run: id, xs: curve.series.steps.map { Double($0) * scale },
        means: curve.series.values, lows: curve.lows, highs: curve.highs, hasBand: hasBands, marks: [],
        nonFinite: curve.nonFinite)
      for (x, value) in zip(line.xs, line.means) where !value.isFinite {
        line.marks.append((x, value.isNaN ? .nan : value > 0 ? .infinity : .negativeInfinity))
      }
      line.smooth(view.smoothing)
      return line
    }
  }

  /// One metric's lines, for the script of the page.
  func json(_ metrics: [String], pixels: Int) throws -> [UInt8] {
    let all = try metrics.map { ($0, try lines(Metric($0), pixels: pixels)) }
    return JSONWriter.object { json in
      for (metric, lines) in all {
        json.member(metric) { json in json.list(lines) { $0.line($1) } }
      }
    }
  }
}

extension SelectedRuns.Line {
  fileprivate mutating func smooth(_ weight: Double) {
    guard weight > 0 else { return }
    var (sum, weights) = (0.0, 0.0)
    for place in means.indices where means[place].isFinite {
      sum = weight * sum + (1 - weight) * means[place]
      weights = weight * weights + (1 - weight)
      means[place] = sum / weights
    }
  }
}

extension JSONWriter {
  fileprivate mutating func line(_ line: SelectedRuns.Line) {
    object { json in
      json.member("group", line.group)
      json.member("run", line.run)
      json.member("xs") { $0.list(line.xs) { $0.place($1) } }
      json.member("means") { $0.list(line.means) { $0.drawn($1) } }
      if line.hasBand {
        json.member("lows") { $0.list(line.lows) { $0.drawn($1) } }
        json.member("highs") { $0.list(line.highs) { $0.drawn($1) } }
      }
      json.member("marks") { json in
        json.list(line.marks) { json, mark in
          json.list([0, 1]) { json, place in
            if place == 0 { json.value(mark.x) } else { json.value(mark.value.name) }
          }
        }
      }
      json.member("odd", line.nonFinite)
    }
  }

  /// Steps are whole.
  private mutating func place(_ number: Double) {
    if let whole = Int(exactly: number) { value(whole) } else { value(number) }
  }

  /// To seven digits, which no screen has pixels for: half as many bytes. null for what is not finite.
  private mutating func drawn(_ number: Double) {
    let isOrdinary = (1e-30...1e30).contains(number.magnitude)
    if isOrdinary { raw(Float(number).description) } else { finite(number) }
  }

  /// null for what is not finite.
  mutating func finite(_ number: Double) { number.isFinite ? value(number) : raw("null") }
}
