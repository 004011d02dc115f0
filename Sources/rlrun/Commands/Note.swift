import ArgumentParser
import Tracker

struct Note: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Add a note to a run.",
    discussion: """
      Example:
        rlrun note latest "learns twice as fast as yesterday's"
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Argument(help: "The note.")
  var text: String

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    try store.annotate(id, note: text)
    print("Run \(id): noted.")
  }
}
