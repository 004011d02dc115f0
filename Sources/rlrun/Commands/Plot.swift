import Analysis
import ArgumentParser
import Foundation
import Learning
import Rendering
import Settings
import Telemetry
import Tracker

struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw learning curves, performance profiles, or histograms over time.",
    discussion: """
      Example:
        rlrun plot --experiment first
        rlrun plot --experiment first --metric eval/mean_reward -o curve.png --title "Evaluation"
        rlrun plot --experiment first --by time --smooth 0.9
        rlrun plot --where "agent = 'ppo' and seed < 3"
        rlrun plot --experiment first --metric train/loss --log-y -o loss.html
        rlrun plot --kind profile --scores results.csv -o profile.svg

      Runs that differ by their seed only make one line: the mean and a 95 % bootstrap interval over seeds; each environment
      has its own panel. Values that are NaN or infinite break the line, are marked at the edge (× NaN, ▲ Inf, ▼ −Inf)
      and counted.

      Without -o the chart is drawn in the terminal. -o writes SVG, PNG or HTML, as the name ends; '-o -' or --format alone
      writes to standard output.

      --kind profile draws the share of runs that score above a threshold, for every threshold: of the runs named, by
      scores normalised between a random agent and the reference, or of a CSV file as 'rlrun compare --scores' takes it.
      --kind histogram draws how the values of a watched tensor spread over the steps of one run.
      """)

  @OptionGroup var selection: RunSelection
  @OptionGroup var damage: DamageOption

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
    help: "Smooth each run by an exponential moving average; the weight of the past, 0 to below 1 (default: 0).")
  var smooth = 0.0

  @Option(
    name: .shortAndLong, help: "The .svg, .png or .html file to write; - for standard output.",
    completion: .file(extensions: Format.allCases.map(\.rawValue)))
  var output: String?

  @Option(help: "svg, png or html (default: what --output ends in).")
  var format: Format?

  enum Format: String, FileFormat { case svg, png, html }

  @OptionGroup(title: "Appearance") var looks: PictureOptions

  func run() throws {
    if !(smooth >= 0 && smooth < 1) {
      throw UsageError("--smooth takes a number from 0 to below 1, not \(smooth)")
    }
    if scores != nil, kind != .profile { throw UsageError("--scores goes with --kind profile") }
    if kind != .curve, smooth > 0 || by != .steps { throw UsageError("--smooth and --by go with --kind curve") }
    let format = try chosenFormat()
    try looks.check(isPicture: format != nil, isCurve: kind == .curve)
    switch kind {
    case .curve: try draw(curve(), format)
    case .profile: try draw(profile(), format)
    case .histogram: try drawHistogram(format)
    }
  }

  /// nil for the terminal. Known before anything is read, so that nobody waits for a file that cannot be.
  private func chosenFormat() throws -> Format? {
    guard let output = output ?? (format == nil ? nil : "-") else { return nil }
    let format = try Format.format(ofFile: output, given: format, command: "plot")
    if format == .png, output == "-", Terminal.output.isTerminal {
      throw UsageError("a PNG cannot be shown in a terminal: name a file with -o")
    }
    return format
  }

  private func curve() throws -> ChartFigure {
    let records = try selection.records(mode: damage.mode)
    let metric = metric ?? Self.usual(in: records)
    let curve = LearningCurve(of: records, metric: Metric(metric), by: by, smoothing: smooth)
    if curve.groups.isEmpty { throw UsageError(unknown(metric, in: records)) }
    if !curve.runsWithout.isEmpty {
      complain("without points of \(metric), so not drawn: \(curve.runsWithout.joined(separator: ", "))")
    }
    return ChartFigure(curve)
  }

  private func profile() throws -> ChartFigure {
    let comparison: ScoreComparison
    if let scores {
      if !selection.isEmpty || metric != nil {
        throw UsageError("--scores draws a file by itself: leave out runs, --experiment, --where and --metric")
      }
      comparison = ScoreComparison(of: try ScoreTable(csv: readFile(scores), path: scores))
    } else {
      let (scores, note) = Comparison(of: try selection.records(mode: damage.mode), metric: metric.map { Metric($0) })
        .profiled
      guard let scores else {
        throw UsageError(
          (note ?? "No run of these has ended.") + " '--kind profile --scores FILE.csv' draws normalised scores")
      }
      comparison = scores
    }
    for note in comparison.notes { complain(note) }
    return ChartFigure(comparison)
  }

  private func drawHistogram(_ format: Format?) throws {
    let records = try selection.records(mode: damage.mode)
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
    let sheet = try looks.sheet()
    switch format {
    case nil:
      let size = terminalSize
      print(chart.text(width: size.width, height: size.height, title: sheet.title))
    case .svg: try write(Array(SVGChart(chart, sheet).text.utf8))
    case .png: try write(png(of: ChartDrawing(chart, sheet)))
    case .html: try write(Array(HTMLChart(chart, sheet).text.utf8))
    }
  }

  /// In the terminal, or into the file asked for.
  private func draw(_ figure: ChartFigure, _ format: Format?) throws {
    let figure = try looks.applied(to: figure)
    let (width, height) = (looks.width, looks.height)
    switch format {
    case nil:
      let size = terminalSize
      let colours = Terminal.output.colours != .none
      // Several panels share the screen.
      let height = looks.height ?? (figure.panels.count > 1 ? min(size.height, 7) : size.height)
      // With escapes of our own, which printing would take for somebody's.
      StandardOutput.show(TerminalChart(figure, width: size.width, height: height, colours: colours).text + "\n")
    case .svg: try write(Array(SVGChart(figure, width: width, height: height).text.utf8))
    case .png: try write(png(of: ChartDrawing(figure, width: width, height: height)))
    case .html: try write(Array(HTMLChart(figure, width: width, height: height).text.utf8))
    }
  }

  /// Throws for more pixels than a picture needs, and than memory is there for.
  private func png(of drawing: ChartDrawing) throws -> [UInt8] {
    let scale = Double(looks.scale)
    let pixels = drawing.width * scale * drawing.height * scale
    if pixels > Self.mostPixels {
      throw UsageError(
        "a PNG of \(Int(drawing.width * scale)) × \(Int(drawing.height * scale)) pixels takes \(byteCount(pixels * 11)); "
          + "up to 50 million pixels are drawn: lower --scale, --width or --height, or write .svg")
    }
    return PNGChart(drawing, scale: looks.scale).bytes
  }

  private static let mostPixels = 5e7

  private func write(_ picture: [UInt8]) throws {
    let file = try Output(output == "-" ? nil : output)
    try file.write(picture)
    try file.finish()
    if let output, output != "-" { complain("wrote \(output)") }
  }

  /// What there is most to see in: returns of agents, losses of fits.
  private static func usual(in records: [RunRecord]) -> String {
    let metrics: [Metric] = [
      .rolloutEpRewMean, .rolloutEpRew, .validationLoss, .trainObjective, .trainLoss, .trainInertia,
    ]
    return (metrics.first { metric in records.contains { $0.last(metric) != nil } } ?? metrics[0]).name
  }

  private func unknown(_ metric: String, in records: [RunRecord]) -> String {
    let names = Set(records.flatMap { $0.series.map(\.metric.name) }).sorted()
    let near = names.filter { $0.localizedCaseInsensitiveContains(metric) }
    let guesses = near.isEmpty ? nearest(to: metric, in: names).map { [$0] } ?? [] : near
    if names.isEmpty { return "these runs have recorded no metric yet" }
    let hint =
      guesses.isEmpty
      ? "recorded are \(names.joined(separator: ", "))"
      : "did you mean \(guesses.map { "'\($0)'" }.joined(separator: " or "))?"
    return "no metric '\(metric)' is recorded in these runs; \(hint)"
  }

  /// Columns and lines of the chart: what is asked for, or fits the terminal.
  private var terminalSize: (width: Int, height: Int) {
    let terminal = Terminal.output
    let (width, height) = (min(120, max(30, terminal.columns)), min(24, max(4, terminal.rows - 8)))
    return (looks.width ?? width, looks.height ?? height)
  }
}

extension LearningCurve.Axis: ExpressibleByArgument {}
