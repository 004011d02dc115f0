import ArgumentParser
import Formats
import Foundation
import Interchange
import Migration
import Tracker

/// Takes other trackers' stores into one of ours, and says what came of it.
struct Migrating {
  let experiment: String?
  let storeOption: StoreOption

  /// All are opened before the first run is recorded.
  func run(_ stores: [(path: String, kind: ForeignStoreKind)]) throws {
    let opened = try stores.map { ($0.path, try $0.kind.open($0.path)) }
    Interruption.install()
    let store = try storeOption.open(create: true)
    var isWhole = true
    for (path, foreign) in opened {
      let display = RowsDisplay(isQuiet: false)
      let migration = RunMigration(
        into: store, experiment: experiment, isInterrupted: { Interruption.hasBeenRequested },
        onProgress: { progress in
          display.update { "\(progress.runs)/\(progress.total) runs, \(Int(Double(progress.points) / $0)) points/s" }
        },
        onLoss: {
          display.finish()
          complain($0)
        })
      let report = try migration.take(foreign)
      display.finish()
      for failure in report.failures { complain(failure) }
      printPage("\(path.printable), \(foreign.title): \(Self.sentence(of: report))")
      if report.wasInterrupted { throw ExitCode(Interruption.status) }
      if !report.failures.isEmpty { isWhole = false }
    }
    if !isWhole { throw ExitCode(1) }
  }

  static func sentence(of report: RunMigration.Report) -> String {
    var parts = ["\(counted(report.imported.count, "run")) imported"]
    parts[0] += " (\(counted(report.points, "point")), \(counted(report.artifacts, "artifact")))"
    if report.present > 0 { parts.append("\(report.present) there already") }
    if report.models > 0 { parts.append("\(counted(report.models, "registered model"))") }
    if !report.failures.isEmpty { parts.append("\(report.failures.count) left out") }
    if report.wasInterrupted { parts.append("interrupted; the same command goes on") }
    return parts.joined(separator: ", ")
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
