import ArgumentParser
import Foundation
import RLCore
import Tracker

@main
struct Corpus: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains broken and healthy runs and counts what the debugger's rules find; writes Docs/DETECTION.md.",
    discussion: """
      Runs that are in the store are not run again. The odd runs of each kind choose thresholds; the figures are of the
      even ones, which are held out.
      """)

  @Option(help: "The folder of the runs.")
  var store = "corpus-runs"

  @Option(help: "Trainings side by side.")
  var jobs = 2

  @Option(help: "Only this kind, or 'healthy'.")
  var only: String?

  @Flag(help: "Only fits, of models to tables; the page is printed and not written.")
  var fits = false

  @Flag(help: "Run nothing, only look at the runs there are.")
  var report = false

  @Flag(help: "Tell what was found in each run of the half that chooses thresholds.")
  var details = false

  @Option(help: "Write the series that peers look at to this CSV file: run,metric,step,value.")
  var series: String?

  @Option(
    help: "The findings of peers on the same runs: a file of lines 'peer,run' (default: Docs/results/debuggers.csv).")
  var peers: String?

  private static let documents = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Docs")

  func run() throws {
    for agent in sabotagedAgents { Agents.register(agent) }
    let store = try Store(path: store, create: true)
    let kinds = ([healthy] + sabotages).enumerated().filter { only == nil || $0.element.name == only }
    let cases = try kinds.flatMap { try $0.element.cases(number: $0.offset) }.filter { !fits || !$0.isTraining }
    if !report { try CorpusRuns(store: store).run(cases, jobs: jobs) }
    if let series { return try CorpusRuns(store: store).writeSeries(of: cases, to: series) }
    let scored = try CorpusRuns(store: store).ended(cases).map { Scored($0.case, $0.run) }
    if details { for one in scored where !one.case.isHeldOut { print(one.details) } }
    let others = try PeerFindings.read(peers ?? Self.documents.appendingPathComponent("results/debuggers.csv").path)
    let page = DetectionPage(kinds: kinds.map(\.element), runs: scored, peers: others)
    print(page.text)
    if only == nil, !fits {
      try page.text.write(
        to: Self.documents.appendingPathComponent("DETECTION.md"), atomically: true, encoding: .utf8)
    }
  }
}
