import ArgumentParser
import Experiments
import Foundation
import Tracker

/// Carries out a fit on the command line: a line of progress, and at the end the scores, findings, and what to do next.
struct FitReport {
  var store: Store
  var json: Bool

  func run(_ run: FitRun) throws {
    let outcome = try run.fit(shouldStop: { Interruption.hasBeenRequested }, onProgress: report(FitProgress()))
    let record = try store.load(run.id)
    if json {
      try printJSON(RunSummary(record))
    } else {
      print(outcome)
      for recorded in record.findings { Swift.print("\(run.id)  \(recorded.finding.line)") }
      Swift.print("\nRun \(run.id) in \(store.path), experiment '\(record.description.experiment)'.", terminator: " ")
      Swift.print(
        outcome.wasInterrupted ? "Go on: rlrun resume \(run.id)" : "Next: rlrun predict \(run.id) DATA.csv -o OUT.csv")
    }
    if outcome.wasInterrupted { throw ExitCode(Interruption.status) }
  }

  private func report(_ progress: FitProgress) -> (FitRun.Status) -> Void {
    json ? { _ in } : { progress.update($0) }
  }

  private func print(_ outcome: FitRun.Outcome) {
    for figure in outcome.figures { Swift.print("\(figure.name)  \(decimal(figure.value, 4))") }
    guard let training = outcome.training else { return }
    var table = TextTable(["score", "training"] + (outcome.validation == nil ? [] : ["validation"]))
    for score in training.values where !score.name.contains("/") {
      let other = outcome.validation?.values.first { $0.name == score.name }?.value
      table.add([score.name, decimal(score.value, 4)] + (outcome.validation == nil ? [] : [decimal(other, 4)]))
    }
    Swift.print(table.text)
    guard let classes = outcome.classes, let matrix = (outcome.validation ?? training).confusion else { return }
    let rows = outcome.validation == nil ? "training" : "validation"
    Swift.print("\n\(rows) rows by class (down) and predicted class (across)")
    let shown = classes.count <= 20 ? Array(classes.indices) : []
    if shown.isEmpty { return Swift.print("\(classes.count) classes are too many to show; export the run's metrics") }
    var confusion = TextTable(["class"] + shown.map { classes[$0] } + ["precision", "recall", "F1"])
    for truth in shown {
      let supports = matrix.support(truth) > 0
      confusion.add(
        [classes[truth]] + shown.map { "\(matrix[truth, $0])" } + [
          decimal(matrix.predictions(truth) > 0 ? matrix.precision(truth) : nil, 3),
          decimal(supports ? matrix.recall(truth) : nil, 3), decimal(supports ? matrix.f1(truth) : nil, 3),
        ])
    }
    Swift.print(confusion.text)
  }
}

/// A line that is redrawn on a terminal, one now and then in a pipe.
private final class FitProgress {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var lastDrawn = 0.0

  func update(_ status: FitRun.Status) {
    let now = ProcessInfo.processInfo.systemUptime
    guard now - lastDrawn >= (isTerminal ? 0.1 : 5) || (isTerminal && status.epoch == status.epochs) else { return }
    lastDrawn = now
    let line = "epoch \(status.epoch) of at most \(status.epochs) · loss \(decimal(status.loss, 4))"
    FileHandle.standardError.write(Data((isTerminal ? "\r\(line)\u{1B}[K" : "\(line)\n").utf8))
  }

  deinit {
    if isTerminal, lastDrawn > 0 { FileHandle.standardError.write(Data("\n".utf8)) }
  }
}
