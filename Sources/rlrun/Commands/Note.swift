import ArgumentParser
import Tracker

struct Note: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note",
    abstract: "Add a note to runs.",
    discussion: """
      Example:
        rlrun note latest "learns twice as fast as yesterday's"
        rlrun note --where "params.gamma < 0.95" "forgets the end of the pole's fall"
      """)

  @Argument(help: ArgumentHelp("Runs, then the note.", valueName: "run|note"))
  var words: [String] = []

  @OptionGroup var choice: RunChoice

  func run() throws {
    let (references, text) = try choice.split(words, last: "the note")
    let store = try choice.storeOption.open()
    for id in try choice.ids(naming: references, in: store) {
      try store.annotate(id, note: text)
      print("Run \(id): noted.")
    }
  }
}
