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
        rlrun runs --columns 'id,seed,params.*,final/mean_reward'
        rlrun runs --csv > runs.csv

      Fields: id, experiment, kind, name, agent, environment, seed, status, condition, message, steps, budget, copies,
      hash, started, ended, duration, findings, checkpoints, parent, trial, purpose, proposal; params.NAME; tags.NAME; the last value of a metric by its own
      name (metric/NAME where that is one of these). --where takes = != < <= > >=, GLOB, LIKE, IN, IS NULL, NOT, AND, OR and
      parentheses; texts stand in single quotes, lists in brackets: params.net_arch = [32, 32]; 'x = none' finds the runs
      without x. GLOB, --columns and --experiment take patterns: * for any characters, ? for one.

      A narrow terminal leaves columns out and says which. The CSV has a row a run: params.*, tags.* and the last value of
      every metric, or what --columns says. Deleted runs are not listed, nor are
      those of archived experiments without --archived. A search stands for its trials, which --trials lists, and a condition
      on trial, purpose or parent.
      """)

  @OptionGroup var choice: RunChoice

  @Option(
    parsing: .unconditional,
    help: "Fields to order by, comma-separated; descending where prefixed with '-' (default: started).")
  var sort: String?

  @Option(help: "Fields to show or patterns of them, comma-separated; for CSV and JSON too.")
  var columns: String?

  @Flag(help: "List the runs of archived experiments too; an experiment that is named is listed anyway.")
  var archived = false

  @Flag(help: "Print CSV, with every hyperparameter, tag and last metric.")
  var csv = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var width: WidthOption

  func validate() throws {
    if csv && json { throw ValidationError("--csv and --json exclude each other") }
  }

  func run() throws {
    let filter = try choice.condition.filter()
    let orders = names(in: sort).map { RunOrder($0) }
    var shown = names(in: columns)
    if let twice = shown.first(where: { name in shown.count { $0 == name } > 1 }) {
      throw UsageError("--columns names '\(twice)' twice")
    }
    let store = try choice.storeOption.open()
    var runs = try choice.candidates(in: store)
    if choice.experiments.isEmpty, !archived { runs = try runs.withoutArchived(in: store) }
    if choice.experiments.count > 1 {
      RunOrder.sort(&runs, by: [RunOrder("started"), RunOrder("seed"), RunOrder("id")])
    }
    shown = runs.fields(matching: shown)
    guard !runs.isEmpty || csv || json else {
      return print("No runs in \(store.path) yet; start one: rlrun train CartPole-v1 --preset zoo")
    }
    try runs.requireFields((filter?.fields ?? []) + orders.map(\.field) + shown)
    runs = try choice.condition.narrowed(runs)
    RunOrder.sort(&runs, by: orders)
    if csv || json { return try printData(of: runs, columns: shown, in: store) }
    guard !runs.isEmpty else { return printPage(choice.condition.sentenceOnNone(in: store)) }
    let page = RunsTable(runs, columns: shown).table.fitted(to: width.columns)
    print(page.text(noting: "--wide shows all, --columns those you name"))
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
    try runs.map { try store.load($0.id) }
  }

  private func names(in list: String?) -> [String] {
    (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }
}

extension [RunFields] {
  /// Those that are of no archived experiment.
  fileprivate func withoutArchived(in store: Store) throws -> [RunFields] {
    let hidden = try store.archivedExperiments()
    if hidden.isEmpty { return self }
    return filter { run in
      if case .text(let experiment)? = run["experiment"] { !hidden.contains(experiment) } else { true }
    }
  }

  /// The fields that `names` stand for: a pattern for those that it matches, by name; each once.
  fileprivate func fields(matching names: [String]) -> [String] {
    if names.allSatisfy({ NamePattern($0).isName }) { return names }
    let all = Set(RunFields.standard + flatMap { $0.all.map(\.name) }).sorted()
    var fields: [String] = []
    for name in names {
      let pattern = NamePattern(name)
      let found = pattern.isName || all.contains(name) ? [name] : all.filter(pattern.matches)
      fields += (found.isEmpty ? [name] : found).filter { !fields.contains($0) }
    }
    return fields
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
