import ArgumentParser
import Formats
import Telemetry
import Tracker

struct Tag: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Give a run tags; a later value of a tag wins.",
    discussion: """
      Example:
        rlrun tag latest team=blue stage=baseline
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Argument(help: ArgumentHelp("Tags.", valueName: "key=value"))
  var tags: [String]

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    let pairs = try parsePairs(tags, option: "rlrun tag")
    for (key, value) in pairs.sorted(by: { $0.key < $1.key }) { try store.annotate(id, tag: key, value: value) }
    let changes = pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)".printable }
    printPage("Run \(id): " + changes.joined(separator: ", "))
  }
}

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

struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Hide a run: it is no longer listed, compared or exported.",
    discussion: """
      Example:
        rlrun delete latest

      The run's files stay where they are until rlrun gc removes them.
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
