import ArgumentParser
import Foundation
import Runs
import Tracker
import Training

struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Run a recorded run again and compare every bit.",
    discussion: """
      Example:
        rlrun reproduce latest

      Compares every metric but time/* and system/*, the episodes, the findings and the last checkpoint. Exit status 0:
      identical; 1: not, with the first difference.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Option(name: .customLong("set"), help: ArgumentHelp("Change one hyperparameter.", valueName: "key=value"))
  var settings: [String] = []

  @Flag(help: "Go on where program version, BLAS core type, threads or kernel variant differ from the record.")
  var anyway = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    let record = try store.load(id)
    let kind = try record.configuration(toBe: "run again")
    let changes = try ConfigurationFile.parse(settings: settings)
    let differences = Reproduction.surroundingsThatDiffer(from: record)
    if !differences.isEmpty {
      complain("this is not the surroundings of run \(id): \(differences.joined(separator: "; "))")
      if !anyway {
        complain("the numbers may differ for that reason alone; --anyway runs it all the same")
        throw ExitCode(1)
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
      throw ExitCode(1)
    }
    printPage("Run \(id) is identical when run again: \(extent).")
  }
}
