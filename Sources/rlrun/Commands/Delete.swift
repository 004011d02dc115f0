import ArgumentParser
import Tracker

struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Hide a run: it is no longer listed, compared or exported.",
    discussion: """
      Example:
        rlrun delete latest

      The run's files stay where they are until rlrun gc removes them; until then rlrun restore takes it back.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    try store.delete(id)
    print("Run \(id) is deleted.")
  }
}

struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Take the deletion of a run back.",
    discussion: """
      Example:
        rlrun restore 3f9k2mzq

      A run that rlrun gc has removed is gone.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(reference, includingDeleted: true)
    guard try store.load(id, includingDeleted: true).isDeleted else { return print("Run \(id) is not deleted.") }
    try store.restore(id)
    print("Run \(id) is restored.")
  }
}
