import ArgumentParser
import Foundation
import Telemetry
import Tracker

struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw learning curves, performance profiles, or histograms over time.",
    discussion: """
      Example:
        rlrun plot --experiment first
        rlrun plot --experiment first --metric eval/mean_reward -o curve.svg
        rlrun plot --experiment first --by time --smooth 0.9
        rlrun plot --kind profile --scores results.csv -o profile.svg

      Runs that differ by their seed only make one line: the mean and a 95 % bootstrap interval over seeds. Without -o
      the chart is drawn in the terminal.

      --kind profile draws the share of runs that score above a threshold, for every threshold: of the runs named, by
      scores normalised between a random agent and the reference, or of a CSV file as 'rlrun compare --scores' takes it.
      --kind histogram draws how the values of a watched tensor spread over the steps of one run.
      """)

  @OptionGroup var selection: RunSelection

  @Option(help: "What to draw.")
  var kind = Kind.curve

  enum Kind: String, CaseIterable, ExpressibleByArgument { case curve, profile, histogram }

  @Option(
    help: "With --kind profile: draw the normalised scores in this CSV file.", completion: .file(extensions: ["csv"]))
  var scores: String?

  @Option(help: "The metric (default: rollout/ep_rew_mean, or the loss of fits).")
  var metric: String?

  @Option(help: "Draw over steps, or over time: seconds since a run began.")
  var by = LearningCurve.Axis.steps

  @Option(
    help: "Smooth each run by a moving average in which what came before has this weight, 0 to below 1 (default: 0).")
  var smooth = 0.0

  @Option(name: .shortAndLong, help: "The SVG file to write.", completion: .file(extensions: ["svg"]))
  var output: String?

  func validate() throws {
    if !(smooth >= 0 && smooth < 1) {
      throw ValidationError("--smooth takes a number from 0 to below 1, not \(smooth)")
    }
    if scores != nil, kind != .profile { throw ValidationError("--scores goes with --kind profile") }
    if kind != .curve, smooth > 0 || by != .steps { throw ValidationError("--smooth and --by go with --kind curve") }
  }

  func run() throws {
    switch kind {
    case .curve: try drawCurve()
    case .profile: try drawProfile()
    case .histogram: try drawHistogram()
    }
  }

  private func drawCurve() throws {
    let records = try selection.records()
    let metric = metric ?? Self.usual(in: records)
    let curve = LearningCurve(of: records, metric: Metric(metric), by: by, smoothing: smooth)
    if curve.groups.isEmpty { throw UsageError(unknown(metric, in: records)) }
    if !curve.runsWithout.isEmpty {
      complain("without points of \(metric), so not drawn: \(curve.runsWithout.joined(separator: ", "))")
    }
    try draw(LineChart(curve))
  }

  private func drawProfile() throws {
    let comparison: ScoreComparison
    if let scores {
      if !selection.isEmpty || metric != nil {
        throw UsageError("--scores draws a file by itself: leave out runs, --experiment and --metric")
      }
      comparison = ScoreComparison(of: try ScoreTable(csv: readFile(scores), path: scores))
    } else {
      let (scores, note) = Comparison(of: try selection.records(), metric: metric.map { Metric($0) }).profiled
      guard let scores else {
        throw UsageError(
          (note ?? "No run of these has ended.") + " '--kind profile --scores FILE.csv' draws normalised scores")
      }
      comparison = scores
    }
    for note in comparison.notes { complain(note) }
    try draw(LineChart(comparison))
  }

  private func drawHistogram() throws {
    let records = try selection.records()
    guard records.count == 1 else {
      throw UsageError("--kind histogram draws one run: name it, of \(records.map(\.id).joined(separator: ", "))")
    }
    let names = HistogramChart.metrics(in: records[0])
    guard let name = metric ?? names.first else {
      throw UsageError("run \(records[0].id) has no histograms: record them with rlrun train --watch")
    }
    guard let chart = HistogramChart(of: records[0], metric: Metric(name)) else {
      if names.contains(name) { throw UsageError("the histograms of \(name) have no finite value") }
      throw UsageError(
        "run \(records[0].id) has no histograms of '\(name)'"
          + (didYouMean(name, among: names) ?? "; it has them of \(names.joined(separator: ", "))"))
    }
    let (width, height) = Self.chartSize
    if output == nil { return print(chart.text(width: width, height: height)) }
    try write(chart.svg())
  }

  /// In the terminal, or into the file asked for.
  private func draw(_ chart: LineChart) throws {
    if output != nil { return try write(SVGChart(chart).text) }
    let (width, height) = Self.chartSize
    let colours = Terminal.output.colours != .none
    StandardOutput.show(TerminalChart(chart, width: width, height: height, colours: colours).text + "\n")
  }

  private func write(_ picture: String) throws {
    guard let output else { return }
    let file = try Output(output)
    try file.write(Array(picture.utf8))
    try file.finish()
    complain("wrote \(output)")
  }

  /// What there is most to see in: returns of agents, losses of fits.
  private static func usual(in records: [RunRecord]) -> String {
    let names = [
      "rollout/ep_rew_mean", "rollout/ep_rew", "validation/loss", "train/objective", "train/loss", "train/inertia",
    ]
    return names.first { name in records.contains { $0.last(Metric(name)) != nil } } ?? names[0]
  }

  private func unknown(_ metric: String, in records: [RunRecord]) -> String {
    let names = Set(records.flatMap { $0.series.map(\.metric.name) }).sorted()
    if names.contains(metric) { return "\(metric) has no finite value in these runs" }
    let near = names.filter { $0.localizedCaseInsensitiveContains(metric) }
    let guesses = near.isEmpty ? nearest(to: metric, in: names).map { [$0] } ?? [] : near
    if names.isEmpty { return "these runs have recorded no metric yet" }
    let hint =
      guesses.isEmpty
      ? "recorded are \(names.joined(separator: ", "))"
      : "did you mean \(guesses.map { "'\($0)'" }.joined(separator: " or "))?"
    return "no metric '\(metric)' is recorded in these runs; \(hint)"
  }

  /// Columns and lines of the chart: what fits the terminal, 80 by 16 where there is none.
  private static var chartSize: (width: Int, height: Int) {
    let terminal = Terminal.output
    return (min(120, max(30, terminal.columns)), min(24, max(4, terminal.rows - 8)))
  }
}

extension LearningCurve.Axis: ExpressibleByArgument {}
