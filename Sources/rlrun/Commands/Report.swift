import Analysis
import ArgumentParser
import Foundation
import Settings
import Telemetry
import Tracker

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write runs as one HTML page to hand on: scores, curves, findings, settings, how to reproduce.",
    discussion: """
      Example:
        rlrun report --experiment first -o report.html
        rlrun report --where "agent = 'ppo'" --chart rollout/ep_rew_mean --chart train/loss -o ppo.html

      The page needs nothing else: pictures are in it as SVG, it is light or dark as its reader has it, and prints. Without
      --chart it has the curves that say most. Without -o it is written to standard output.
      """)

  @OptionGroup var selection: RunSelection
  @OptionGroup var damage: DamageOption

  @Option(help: "The metric that runs are judged by (default: what such runs are judged by).")
  var metric: String?

  @Option(
    name: .customLong("chart"), help: ArgumentHelp("A metric to draw; may be repeated.", valueName: "metric"))
  var charts: [String] = []

  @Option(help: "The page's title (default: the experiments' names).")
  var title: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write; - for standard output.", valueName: "file.html"),
    completion: .file(extensions: ["html"]))
  var output: String?

  func run() throws {
    let records = try selection.records(mode: damage.mode)
    let known = Set(records.flatMap { $0.series.map(\.metric.name) })
    for name in charts + [metric].compactMap(\.self) where !known.contains(name) {
      throw UsageError("no run of these has the metric '\(name)'" + (didYouMean(name, among: known.sorted()) ?? ""))
    }
    var experiments: [String] = []
    for record in records where !experiments.contains(record.description.experiment) {
      experiments.append(record.description.experiment)
    }
    let report = ExperimentReport(
      of: records, title: title ?? experiments.joined(separator: ", "),
      date: localTime(Int64(Date().timeIntervalSince1970 * 1e6)), metric: metric.map { Metric($0) },
      charts: charts.isEmpty ? nil : charts.map { Metric($0) })
    let file = try Output(output == "-" ? nil : output)
    try file.write(Array(report.html.utf8))
    try file.finish()
    if let output, output != "-" { complain("wrote \(output)") }
  }
}
