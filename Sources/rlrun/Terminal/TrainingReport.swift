import ArgumentParser
import Debugger
import Formats
import Foundation
import Telemetry
import Tracker

/// What `train`, `fit` and `resume` print at the end: a row a run, or one fit's scores, the findings, and what to do next.
struct TrainingReport {
  var store: Store
  /// That the runs are of.
  var experiments: [String]
  var json: Bool

  /// `results`: a run's id, nil where it was not started, or what went wrong, in the order of `seeds`.
  /// Throws an exit status where a training failed or was interrupted.
  func print(_ results: [Result<String?, any Error>], seeds: [UInt64]) throws {
    try print(results, names: seeds.map { "seed \($0)" })
  }

  /// As above, in the order of `names`; `goingOn`: they had begun before.
  func print(_ results: [Result<String?, any Error>], names: [String], goingOn: Bool = false) throws {
    var records: [RunRecord] = []
    var failures: [(name: String, error: any Error)] = []
    var waiting: [String] = []
    for (name, result) in zip(names, results) {
      switch result {
      case .success(let id):
        if let id { records.append(try store.load(id)) } else { waiting.append(name) }
      case .failure(let error):
        guard let failure = Failure(error) else { throw error }
        if let run = (error as? FailedRun)?.run { records.append(try store.load(run)) }
        failures.append((name, error))
        if results.count > 1 { complain("\(name): \(failure.sentence)") }
      }
    }
    if json {
      try printJSON(records.map { RunSummary($0) })
    } else if !records.isEmpty {
      let page = records.count == 1 ? FitPage(records[0], width: pageWidth)?.text : nil
      rlrun.print(page ?? table(of: records).fitted(to: pageWidth).text(noting: "rlrun runs --wide shows them"))
      printFailures(of: records)
      printFindings(of: records)
      printAdvice(for: records, waiting: waiting, goingOn: goingOn)
    }
    if Interruption.hasBeenRequested { throw ExitCode(Interruption.status) }
    // Of a single one the error itself says why.
    if let first = failures.first { throw results.count == 1 ? first.error : ExitCode(1) }
  }

  private func table(of records: [RunRecord]) -> TextTable {
    let isFit = records.contains { $0.description.kind == .fit }
    let scores = isFit ? FitScoreColumns.all(in: records) : [Metric.finalMeanReward.name, Metric.evalMeanReward.name]
    var table = TextTable(
      ["run", "seed", "status", isFit ? "epochs" : "steps"] + scores + (isFit ? ["time"] : ["steps/s", "time"]),
      dispensable: ["time", "steps/s", "steps", "epochs"] + scores.dropFirst().reversed())
    for record in records {
      let seconds = record.end == nil ? nil : record.activeSeconds
      table.add(
        [record.id, "\(record.description.seed)", record.status.rawValue, "\(record.lastStep)"]
          + scores.map { decimal(record.last(Metric($0)), isFit ? 4 : 2) }
          + (isFit ? [] : [decimal(record.last(.timeFPS), 0)])
          + [seconds.map { String(format: "%.1f s", $0) } ?? "–"])
    }
    return table
  }

  private func printFailures(of records: [RunRecord]) {
    for record in records where record.status == .failed {
      printPage("\(record.id)  failed\(record.message.map { ": \($0)" } ?? "")")
    }
  }

  private func printFindings(of records: [RunRecord]) {
    for record in records {
      for rewind in record.rewinds { printPage("\(record.id)  \(rewind.line)") }
    }
    for line in CauseSummary(records).lines { printPage(line) }
  }

  private func printAdvice(for records: [RunRecord], waiting: [String], goingOn: Bool) {
    let all = experiments.map { "--experiment \(quotedForShell($0).printable)" }.joined(separator: " ")
    let stopped = records.filter { $0.status == .interrupted }
    let next: String
    if stopped.count + (goingOn ? waiting.count : 0) > 1 {
      next = "Go on: rlrun resume \(all)"
    } else if let stopped = stopped.first {
      next = "Go on: rlrun resume \(stopped.id)"
    } else if records.count == 1, records[0].description.kind == .fit {
      next = "Next: rlrun predict \(records[0].id) DATA.csv -o OUT.csv"
    } else if records.count > 1 {
      next = "Next: rlrun compare \(all)"
    } else {
      next = "Next: rlrun show \(records[0].id)"
    }
    let names = experiments.map { "'\($0.printable)'" }.joined(separator: ", ")
    printPage(
      "\nIn \(store.path.printable), experiment\(experiments.count == 1 ? "" : "s") \(names). \(next)")
    if !goingOn, !waiting.isEmpty { printPage("Not begun: \(waiting.joined(separator: ", ")).") }
  }
}
