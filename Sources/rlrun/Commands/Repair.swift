import ArgumentParser
import Formats
import Telemetry
import Tracker

struct Repair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Repair a run's damaged log: keep all of it that is sound, and the damaged original beside it.",
    discussion: """
      Example:
        rlrun repair 3f9k2mzq
        rlrun repair --experiment first
        rlrun repair --where "condition = 'damaged'"

      Every damaged segment is written anew without what is lost. The log as it was stays in the run's folder, as
      broken-1, broken-2, …, and a note in the log says what was wrong. The tags and the
      description of an experiment are repaired too.
      """)

  @OptionGroup var selection: RunSelection

  func run() throws {
    let store = try selection.open()
    let isMended = try repairExperiments(in: store)
    let ids: [String]
    do {
      ids = try selection.ids(in: store)
    } catch let error as UsageError {
      // An experiment may have a log of its own and no run.
      guard isMended, selection.choice.experiments.count == 1 else { throw error }
      return
    }
    for id in ids { report(try store.repair(id), of: "Run \(id)") }
  }

  /// Mends what is said of experiments that are named; whether there was anything to mend.
  private func repairExperiments(in store: Store) throws -> Bool {
    guard selection.choice.condition.text == nil else { return false }
    var isMended = false
    for experiment in selection.choice.experiments where NamePattern(experiment).isName {
      let repair = try store.repair(experiment: experiment)
      if repair.original == nil { continue }
      report(repair, of: "Experiment \(experiment.printable)")
      isMended = true
    }
    return isMended
  }

  private func report(_ repair: Tracker.Repair, of subject: String) {
    guard let original = repair.original else { return print("\(subject) is not damaged: nothing was changed.") }
    for damage in repair.damages { printPage("  \(damage.place): \(damage.reason)") }
    printPage("\(subject) is repaired; its log as it was is in \(original).")
  }
}
