import ArgumentParser
import Experiments
import Foundation
import Telemetry
import Tracker

struct Runs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs of the store, the newest last.",
    discussion: """
      Example:
        rlrun runs --experiment first
        rlrun runs --where "agent = 'ppo' and final/mean_reward > 450" --sort -final/mean_reward
        rlrun runs --columns id,seed,params.gamma,final/mean_reward
        rlrun runs --csv > runs.csv

      Fields: id, experiment, name, agent, environment, seed, status, condition, message, steps, budget, copies, hash,
      started, ended, duration, findings, checkpoints; params.NAME; tags.NAME; the last value of a metric by its own name.
      --where takes = != < <= > >=, LIKE, IN, IS NULL, NOT, AND, OR and parentheses; texts stand in single quotes.
      The CSV has a row a run: params.*, tags.* and the last value of every metric. Deleted runs are not listed.
      """)

  @Option(help: "Only runs of this experiment.")
  var experiment: String?

  @Option(name: .customLong("where"), help: "Only runs for which this holds.")
  var condition: String?

  @Option(
    parsing: .unconditional,
    help: "Fields to order by, comma-separated, the largest first where one begins with '-' (default: started).")
  var sort: String?

  @Option(help: "Fields to show, comma-separated.")
  var columns: String?

  @Flag(help: "Print CSV, with every hyperparameter, tag and last metric.")
  var csv = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func validate() throws {
    if csv && json { throw ValidationError("--csv and --json exclude each other") }
    if columns != nil && (csv || json) {
      throw ValidationError("--columns is for the table; --csv and --json have all")
    }
  }

  func run() throws {
    let filter = try condition.map { text throws(FilterError) in try RunFilter(text) }
    let orders = names(in: sort).map { RunOrder($0) }
    let shown = names(in: columns)
    let store = try storeOption.open()
    var runs = try store.fields(experiment: experiment)
    guard !runs.isEmpty || csv || json else {
      let whose = experiment.map { " of experiment '\($0)'" } ?? ""
      return print("No runs\(whose) in \(store.path) yet; start one: rlrun train CartPole-v1 --preset zoo")
    }
    try requireKnown((filter?.fields ?? []) + orders.map(\.field) + shown, in: runs)
    if let filter { runs.removeAll { !filter.matches($0) } }
    RunOrder.sort(&runs, by: orders)
    if csv || json {
      let records = try runs.map { try store.load(text($0, "id")) }
      if json { return try printJSON(records.map { RunSummary($0) }) }
      let output = try Output(nil)
      return try CSVExport(records).runs { bytes throws(OutputError) in try output.write(bytes) }
    }
    guard !runs.isEmpty else { return print("No run in \(store.path) is such that \(condition ?? "")") }
    print((shown.isEmpty ? table(of: runs) : table(of: runs, columns: shown)).text)
  }

  private func names(in list: String?) -> [String] {
    (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Throws for a field that no run could have or has.
  private func requireKnown(_ fields: [String], in runs: [RunFields]) throws {
    var unknown = fields.filter { !RunFields.standard.contains($0) }
    unknown.removeAll { name in runs.contains { $0[name] != nil } }
    guard let name = unknown.first, !runs.isEmpty else { return }
    let known = Set(runs.flatMap { $0.all.map(\.name) }).union(RunFields.standard).sorted()
    throw UsageError("no run has a field '\(name)'\(didYouMean(name, among: known) ?? "; see rlrun runs --help")")
  }

  private func text(_ run: RunFields, _ name: String) -> String {
    switch run[name] {
    case nil: "–"
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    case .number(let number):
      switch name {
      case "started", "ended": Int64(exactly: (number * 1e6).rounded()).map { localTime($0) } ?? shortest(number)
      case "duration": duration(ofSeconds: number)
      default: shortest(number)
      }
    }
  }

  private func table(of runs: [RunFields], columns: [String]) -> TextTable {
    var table = TextTable(columns)
    for run in runs { table.add(columns.map { text(run, $0) }) }
    return table
  }

  private func table(of runs: [RunFields]) -> TextTable {
    // Columns of scores for the kinds of runs that there are.
    let agents = ["final/mean_reward", "rollout/ep_rew_mean"]
    let fits = Headlines.few(in: runs)
    let scores = (runs.allSatisfy { $0["copies"] == .number(0) } ? [] : agents) + fits
    let words = ["experiment", "name", "status", "agent", "environment", "seed", "steps"]
    var table = TextTable(["run"] + words + scores + ["started", "duration"])
    for run in runs {
      table.add(
        [text(run, "id")]
          + words.map { text(run, $0) + ($0 == "status" && run["condition"] != nil ? ", damaged" : "") }
          + scores.map { name in
            guard case .number(let score) = run[name] else { return "–" }
            return decimal(score, fits.contains(name) ? 4 : 2)
          } + ["started", "duration"].map { text(run, $0) })
    }
    return table
  }
}
