import ArgumentParser
import Formats
import Foundation
import Runs
import Settings
import Tracker
import Training

struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Run a recorded run again and compare every bit.",
    discussion: """
      Example:
        rlrun reproduce latest
        rlrun reproduce --experiment first --where "seed = 1"

      Compares every metric but time/* and system/*, the episodes, the findings and the last checkpoint. Exit status 0:
      identical; 1: not, with the first difference.
      """)

  @OptionGroup var selection: RunSelection

  @Option(name: .customLong("set"), help: ArgumentHelp("Change one hyperparameter.", valueName: "key=value"))
  var settings: [String] = []

  @Flag(help: "Run even if program version, BLAS core type, threads, kernel variant or Python differ from the record.")
  var anyway = false

  @OptionGroup var pythonOptions: PythonOptions

  @OptionGroup var detachment: DetachOption

  func run() throws {
    try pythonOptions.replaceRecorded()
    let store = try selection.open()
    let changes = try ConfigurationFile.parse(settings: settings)
    var isIdentical = true
    let records = try selection.ids(in: store).map { try store.load($0) }
    if detachment.detach { return try detachment.launch(in: store, json: false) }
    for record in records {
      let kind: any RunConfiguration.Type
      do throws(ConfigurationError) {
        kind = try record.configuration(toBe: "run again")
      } catch {
        if records.count == 1 { throw error }
        complain("left out: \(error.sentence)")
        continue
      }
      if try !reproduce(record, kind, changes, in: store) { isIdentical = false }
    }
    if !isIdentical { throw ExitCode(1) }
  }

  /// Whether the run is identical when run again; says so.
  private func reproduce(
    _ record: RunRecord, _ kind: any RunConfiguration.Type, _ changes: [String: HyperparameterValue], in store: Store
  ) throws -> Bool {
    let id = record.id
    let differences = try Reproduction.surroundingsThatDiffer(from: record) + PythonDifference.all(of: record)
    if !differences.isEmpty {
      complain("the surroundings differ from those of run \(id): \(differences.joined(separator: "; "))")
      if !anyway {
        complain("the numbers may differ for that reason alone; use --anyway to run it anyway")
        return false
      }
    }
    Interruption.install()
    let progress = ProgressDisplay(budget: record.budget, trainings: 1, unit: kind.unit)
    let difference = try kind.reproduce(
      id, changes: changes, in: store, shouldStop: { Interruption.hasBeenRequested },
      onProgress: { progress.update(seed: 0, RunProgress(step: $0, budget: $1)) })
    progress.finish()
    guard let difference else {
      complain("interrupted; nothing was compared")
      throw ExitCode(Interruption.status)
    }
    let extent =
      "\(difference.pointsCompared) points, \(difference.episodesCompared) episodes"
      + (difference.comparedCheckpoint ? " and the last checkpoint" : "")
    if let first = difference.first {
      printPage("Run \(id) is not reproduced. First difference: \(first).")
      return false
    }
    printPage("Run \(id) is identical when run again: \(extent).")
    return true
  }
}
