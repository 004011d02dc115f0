import ArgumentParser
import Tracker

struct Repair: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Mend a run's damaged log: keep all of it that is sound, and the broken original beside it.",
    discussion: """
      Example:
        rlrun repair 3f9k2mzq

      Every damaged segment is written anew without what is lost. The log as it was stays in the run's folder, as
      broken-1, broken-2, …, and a note in the log says what was wrong.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    let repair = try store.repair(id)
    guard let original = repair.original else { return print("Run \(id) is not damaged: nothing was changed.") }
    for damage in repair.damages { printPage("  \(damage.place): \(damage.reason)") }
    printPage("Run \(id) is mended; its log as it was is in \(original).")
  }
}
