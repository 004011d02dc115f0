import Formats
import Telemetry
import Tracker

/// Runs in rows, for people.
struct RunsTable {
  let table: TextTable

  /// `columns`: the fields to show; none for what there is to see of these kinds of runs.
  init(_ runs: [RunFields], columns: [String]) {
    table = columns.isEmpty ? Self.usual(runs) : Self.chosen(columns, of: runs)
  }

  private static func chosen(_ columns: [String], of runs: [RunFields]) -> TextTable {
    var table = TextTable(columns)
    for run in runs { table.add(columns.map { text(run, $0) }) }
    return table
  }

  private static func usual(_ runs: [RunFields]) -> TextTable {
    // Columns of scores for the kinds of runs that there are.
    let agents = [Metric.finalMeanReward.name, Metric.rolloutEpRewMean.name]
    let fits = FitScoreColumns.few(in: runs)
    let scores =
      (runs.allSatisfy { $0["copies"] == .number(0) } ? [] : agents) + fits
      + ["search/best_score", "search/confirmed_score"].filter { name in runs.contains { $0[name] != nil } }
    let words = ["experiment", "name", "status", "agent", "environment", "seed", "steps"]
    // What all runs share is the first to go.
    let shared = ["experiment", "agent", "environment"].filter { word in Set(runs.map { $0[word] }).count == 1 }
    var table = TextTable(
      ["run"] + words + scores + ["started", "duration"],
      dispensable: ["started", agents[1], "duration"] + shared
        + ["steps", "name", "environment", "agent", "experiment"].filter { !shared.contains($0) } + scores.reversed())
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

  private static func text(_ run: RunFields, _ name: String) -> String {
    switch run[name] {
    case nil: "–"
    case .text(let text): text
    case .flag(let flag): "\(flag)"
    case .number(let number) where RunFields.isTime(name): localTime(RunFields.microseconds(number))
    case .number(let number) where name == "duration": duration(ofSeconds: number)
    case .number(let number): shortest(number)
    }
  }
}
