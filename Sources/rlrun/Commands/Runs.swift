import ArgumentParser
import Foundation
import Interchange
import Settings
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
      started, ended, duration, findings, checkpoints, parent; params.NAME; tags.NAME; the last value of a metric by its own
      name (metric/NAME where that is one of these). --where takes = != < <= > >=, LIKE, IN, IS NULL, NOT, AND, OR and
      parentheses; texts stand in single quotes.

      A narrow terminal leaves columns out and says which. The CSV has a row a run: params.*, tags.* and the last value of
      every metric, or what --columns says. Deleted runs are not listed, nor
      are those of archived experiments without --archived.
      """)

  @Option(
    name: .customLong("experiment"),
    help: ArgumentHelp("Only runs of this experiment; may be repeated.", valueName: "experiment"))
  var experiments: [String] = []

  @Option(name: .customLong("where"), help: "Only runs for which this holds.")
  var condition: String?

  @Option(
    parsing: .unconditional,
    help: "Fields to order by, comma-separated, the largest first where one begins with '-' (default: started).")
  var sort: String?

  @Option(help: "Fields to show, comma-separated; of CSV and JSON too.")
  var columns: String?

  @Flag(help: "List the runs of archived experiments too; an experiment that is named is listed anyway.")
  var archived = false

  @Flag(help: "Print CSV, with every hyperparameter, tag and last metric.")
  var csv = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var width: WidthOption
  @OptionGroup var storeOption: StoreOption

  func validate() throws {
    if csv && json { throw ValidationError("--csv and --json exclude each other") }
  }

  func run() throws {
    let filter = try condition.map { text throws(FilterError) in try RunFilter(text) }
    let orders = names(in: sort).map { RunOrder($0) }
    let shown = names(in: columns)
    if let twice = shown.first(where: { name in shown.count { $0 == name } > 1 }) {
      throw UsageError("--columns names '\(twice)' twice")
    }
    let store = try storeOption.open()
    var runs = try fields(in: store)
    guard !runs.isEmpty || csv || json else {
      return print("No runs in \(store.path) yet; start one: rlrun train CartPole-v1 --preset zoo")
    }
    try requireKnown((filter?.fields ?? []) + orders.map(\.field) + shown, in: runs)
    if let filter { runs.removeAll { !filter.matches($0) } }
    RunOrder.sort(&runs, by: orders)
    if csv || json { return try printData(of: runs, columns: shown, in: store) }
    guard !runs.isEmpty else { return printPage("No run in '\(store.path)' matches: \(condition ?? "")") }
    let page = RunsTable(runs, columns: shown).table.fitted(to: width.columns)
    print(page.text(noting: "--wide shows all, --columns those you name"))
  }

  /// The newest last. Throws where an experiment that was named has no runs.
  private func fields(in store: Store) throws -> [RunFields] {
    if experiments.isEmpty {
      let runs = try store.fields()
      let hidden = archived ? [] : try store.archivedExperiments()
      if hidden.isEmpty { return runs }
      return runs.filter { run in
        if case .text(let experiment)? = run["experiment"] { !hidden.contains(experiment) } else { true }
      }
    }
    var (runs, seen): ([RunFields], Set<String>) = ([], [])
    for experiment in experiments where seen.insert(experiment).inserted {
      let found = try store.fields(experiment: experiment)
      if found.isEmpty { throw UsageError(try store.sentence(onMissing: experiment)) }
      runs += found
    }
    if seen.count > 1 { RunOrder.sort(&runs, by: [RunOrder("started"), RunOrder("seed"), RunOrder("id")]) }
    return runs
  }

  private func printData(of runs: [RunFields], columns: [String], in store: Store) throws {
    let output = try Output(nil)
    switch (csv, columns.isEmpty) {
    case (true, true):
      try CSVExport(try records(of: runs, in: store)).runs { bytes throws(OutputError) in try output.write(bytes) }
    case (true, false):
      try RunFields.csv(runs, columns: columns) { bytes throws(OutputError) in try output.write(bytes) }
    case (false, true): try printJSON(records(of: runs, in: store).map { RunSummary($0) })
    case (false, false):
      try printJSON(
        runs.map { run in
          Dictionary(uniqueKeysWithValues: columns.map { ($0, JSONField(name: $0, value: run[$0])) })
        })
    }
  }

  private func records(of runs: [RunFields], in store: Store) throws -> [RunRecord] {
    try runs.compactMap { run in
      guard case .text(let id)? = run["id"] else { return nil }
      return try store.load(id)
    }
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
}

/// A run's field in JSON: null where the run does not have it, moments as ISO 8601 in UTC.
private struct JSONField: Encodable {
  var name: String
  var value: FieldValue?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case nil: try container.encodeNil()
    case .text(let text): try container.encode(text)
    case .flag(let flag): try container.encode(flag)
    case .number(let number) where RunFields.isTime(name):
      try container.encode(isoTime(RunFields.microseconds(number)))
    case .number(let number):
      if let whole = Int(exactly: number) { try container.encode(whole) } else { try container.encode(number) }
    }
  }
}
