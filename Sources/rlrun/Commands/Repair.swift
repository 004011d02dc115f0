import ArgumentParser
import Formats
import Telemetry
import Tracker

struct Repair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Mend a run's damaged log: keep all of it that is sound, and the broken original beside it.",
    discussion: """
      Example:
        rlrun repair 3f9k2mzq
        rlrun repair --experiment first

      Every damaged segment is written anew without what is lost. The log as it was stays in the run's folder, as
      broken-1, broken-2, …, and a note in the log says what was wrong.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String?

  @Option(help: "Mend what an experiment's own log says of it: its description, its tags.")
  var experiment: String?

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    guard (reference == nil) != (experiment == nil) else {
      throw UsageError("name a run to repair, or an experiment with --experiment")
    }
    let store = try storeOption.open()
    if let experiment {
      return report(try store.repair(experiment: experiment), of: "Experiment \(experiment.printable)")
    }
    let id = try store.find(naming: reference ?? "")
    report(try store.repair(id), of: "Run \(id)")
  }

  private func report(_ repair: Tracker.Repair, of subject: String) {
    guard let original = repair.original else { return print("\(subject) is not damaged: nothing was changed.") }
    for damage in repair.damages { printPage("  \(damage.place): \(damage.reason)") }
    printPage("\(subject) is mended; its log as it was is in \(original).")
  }
}
