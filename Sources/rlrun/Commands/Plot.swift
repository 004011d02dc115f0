import ArgumentParser
import Foundation
import Telemetry
import Tracker

struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw a metric over steps or time: mean over seeds and its interval.",
    discussion: """
      Example:
        rlrun plot --experiment first
        rlrun plot --experiment first --metric eval/mean_reward -o curve.svg
        rlrun plot --experiment first --by time --smooth 0.9

      Runs that differ by their seed only make one line: the mean and a 95 % bootstrap interval over seeds. Without -o
      the chart is drawn in the terminal.
      """)

  @OptionGroup var selection: RunSelection

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
  }

  func run() throws {
    let records = try selection.records()
    let metric = metric ?? Self.usual(in: records)
    let curve = LearningCurve(of: records, metric: Metric(metric), by: by, smoothing: smooth)
    if curve.groups.isEmpty { throw UsageError(unknown(metric, in: records)) }
    if !curve.runsWithout.isEmpty {
      complain("without points of \(metric), so not drawn: \(curve.runsWithout.joined(separator: ", "))")
    }
    guard let output else {
      let isTerminal = isatty(STDOUT_FILENO) == 1
      let (width, height) = Self.terminalSize()
      print(TerminalChart(curve, width: width, height: height, colours: isTerminal).text)
      return
    }
    let file = try Output(output)
    try file.write(Array(SVGChart(curve).text.utf8))
    try file.finish()
    complain("wrote \(output)")
  }

  /// What there is most to see in: returns of agents, losses of fits.
  private static func usual(in records: [RunRecord]) -> String {
    let names = ["rollout/ep_rew_mean", "validation/loss", "train/objective", "train/loss", "train/inertia"]
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
  private static func terminalSize() -> (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 16) }
    return (min(120, max(30, Int(size.ws_col))), min(24, max(4, Int(size.ws_row) - 8)))
  }
}

extension LearningCurve.Axis: ExpressibleByArgument {}
