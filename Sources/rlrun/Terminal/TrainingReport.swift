import ArgumentParser
import Experiments
import Foundation
import Telemetry
import Tracker

/// What `train`, `fit` and `resume` print at the end: a row a run, or one fit's scores, the findings, and what to do next.
struct TrainingReport {
  var store: Store
  var experiment: String
  var json: Bool

  /// `results`: a run's id, nil where it was not started, or what went wrong, in the order of `seeds`.
  /// Throws an exit status where a training failed or was interrupted.
  func print(_ results: [Result<String?, any Error>], seeds: [UInt64]) throws {
    var records: [RunRecord] = []
    var hasFailed = false
    for (seed, result) in zip(seeds, results) {
      switch result {
      case .success(let id):
        if let id { records.append(try store.load(id)) }
      case .failure(let error):
        guard let failure = Failure(error) else { throw error }
        if results.count == 1 { throw error }
        complain("seed \(seed): \(failure.sentence)")
        hasFailed = true
      }
    }
    if json {
      try printJSON(records.map { RunSummary($0) })
    } else if !records.isEmpty {
      let page = records.count == 1 ? FitPage(records[0], width: pageWidth)?.text : nil
      Swift.print(page ?? table(of: records).fitted(to: pageWidth).text(noting: "rlrun runs --wide shows them"))
      printFindings(of: records)
      printAdvice(for: records)
    }
    if Interruption.hasBeenRequested { throw ExitCode(Interruption.status) }
    if hasFailed { throw ExitCode(1) }
  }

  private func table(of records: [RunRecord]) -> TextTable {
    let isFit = records.contains { FitConfiguration.describes($0.description) }
    let scores = isFit ? Headlines.all(in: records) : ["final/mean_reward", "eval/mean_reward"]
    var table = TextTable(
      ["run", "seed", "status", isFit ? "epochs" : "steps"] + scores + (isFit ? ["time"] : ["steps/s", "time"]),
      dispensable: ["time", "steps/s", "steps", "epochs"] + scores.dropFirst().reversed())
    for record in records {
      let seconds = record.end.map { Double($0 - record.description.start) / 1e6 }
      table.add(
        [record.id, "\(record.description.seed)", record.status.rawValue, "\(record.lastStep)"]
          + scores.map { decimal(record.last(Metric($0)), isFit ? 4 : 2) }
          + (isFit ? [] : [decimal(record.last("time/fps"), 0)])
          + [seconds.map { String(format: "%.1f s", $0) } ?? "–"])
    }
    return table
  }

  private func printFindings(of records: [RunRecord]) {
    for record in records {
      for rewind in record.rewinds { Swift.print("\(record.id)  \(rewind.line)") }
      for recorded in record.findings { Swift.print("\(record.id)  \(recorded.finding.line)") }
    }
  }

  private func printAdvice(for records: [RunRecord]) {
    let next: String
    if let stopped = records.first(where: { $0.status == .interrupted }) {
      next = "Go on: rlrun resume \(stopped.id)"
    } else if records.count == 1, FitConfiguration.describes(records[0].description) {
      next = "Next: rlrun predict \(records[0].id) DATA.csv -o OUT.csv"
    } else if records.count > 1 {
      next = "Next: rlrun compare --experiment \(experiment)"
    } else {
      next = "Next: rlrun show \(records[0].id)"
    }
    printPage("\nIn \(store.path), experiment '\(experiment)'. \(next)")
  }
}
