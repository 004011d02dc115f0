import ArgumentParser
import Runs
import Search
import Tracker

struct SearchShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show how a search stands: the best trials, what matters, and what the best settings are worth.",
    discussion: """
      Example:
        rlrun search show latest
        rlrun search show 3f9k2mzq --top 20
        rlrun search show 3f9k2mzq --json
      """)

  @Argument(help: ArgumentHelp("The search.", valueName: "run"))
  var search: String

  @Option(help: "How many trials are listed.")
  var top: Count = 10

  @Flag(help: "Print every trial as JSON.")
  var json = false

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let overview = try SearchOverview(store.findSearch(search), in: store)
    let page = SearchPage(overview)
    if json { return try printJSON(page) }
    printPage(page.text(top: try top.checked(1...1_000_000, "--top"), width: pageWidth))
  }
}

extension Store {
  /// The search that a user's word means: 'latest' is the newest of them, whatever else has run since.
  fileprivate func findSearch(_ reference: String) throws -> String {
    guard reference == "latest" else { return try find(reference) }
    let searches = try fields().filter { $0["kind"] == .text(RunKind.search.rawValue) }
    guard let last = searches.last else { throw UsageError("there is no search in '\(path)'") }
    return last.id
  }
}
