import Analysis
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
        rlrun search show 3f9k2mzq --picture slices --svg slices.svg
        rlrun search show 3f9k2mzq -o search.html
      """)

  @Argument(help: ArgumentHelp("The search.", valueName: "run"))
  var search: String

  @Option(help: "How many trials are listed.")
  var top: Count = 10

  @Flag(help: "Print every trial as JSON.")
  var json = false

  @Option(
    help: ArgumentHelp("Write a picture to this file.", valueName: "file.svg"), completion: .file(extensions: ["svg"]))
  var svg: String?

  @Option(help: ArgumentHelp("What --svg shows.", valueName: "picture"))
  var picture: Picture = .history

  @Option(
    help: ArgumentHelp("Write a page with all pictures to this file.", valueName: "file.html"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Option(
    name: .shortAndLong, help: "The .svg or .html file to write, as --svg and --html do.",
    completion: .file(extensions: ["svg", "html"]))
  var output: String?

  @OptionGroup var storeOption: StoreOption

  enum Picture: String, ExpressibleByArgument, CaseIterable { case history, slices, importance, parallel }

  func run() throws {
    let (svg, html) = try files()
    let store = try storeOption.open()
    let overview = try SearchOverview(store.findSearch(search), in: store)
    let page = SearchPage(overview)
    let top = try top.checked(1...1_000_000, "--top")
    if json { try printJSON(page) } else { printPage(page.text(top: top, width: pageWidth)) }
    if svg == nil, html == nil { return }
    let pictures = SearchPictures(
      space: overview.configuration.space, trials: overview.state.history, direction: overview.result.direction,
      metric: overview.result.metric, seed: overview.state.seed)
    if let svg { try Output.save(SVGChart(drawing(of: pictures)).text, to: svg) }
    if let html { try Output.save(pictures.page(title: page.title, verdict: page.sentence), to: html) }
  }

  /// The picture's and the page's.
  private func files() throws -> (svg: String?, html: String?) {
    guard let output else { return (svg, html) }
    if output.hasSuffix(".svg"), svg == nil { return (output, html) }
    if output.hasSuffix(".html"), html == nil { return (svg, output) }
    throw UsageError("--output writes one .svg or .html file, and '\(output)' is neither, or a second one")
  }

  private func drawing(of pictures: SearchPictures) throws -> ChartDrawing {
    switch picture {
    case .history: return pictures.history()
    case .slices: return pictures.slices()
    case .parallel: return pictures.parallelCoordinates()
    case .importance:
      guard let drawing = pictures.importance() else {
        throw UsageError(
          "too few trials have finished, or no setting changes the score: there is no importance to draw")
      }
      return drawing
    }
  }
}
