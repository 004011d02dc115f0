import Analysis
import ArgumentParser
import Autopilot
import Datasets
import Explanations
import Fitting
import Foundation
import Models
import Settings
import Telemetry
import Tracker

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a fitted model: which columns matter, how, and what they add to a row's prediction.",
    discussion: """
      Example:
        rlrun explain latest
        rlrun explain latest --rows 1,5,9
        rlrun explain latest --column size
        rlrun explain latest new.csv --html explained.html
        rlrun explain latest --tree

      Without data: the run's own validation rows, read again from where the fit recorded them. Columns are ranked by what they
      add to the rows' outputs (mean |SHAP|), and by how much worse the score gets where a column is shuffled, in the mean of
      some repeats with its 95 % interval. Contributions are exact for trees and weighted sums; of other models they are
      estimates with standard errors, and so are those of several models that predict together. --column shows the mean
      prediction over a column's values (partial dependence). Of a model of several quantiles the one nearest to the median is
      explained.

      --method: tree (exact; what is not known of a row goes as the training rows went), interventional (exact; it is taken from
      background rows), linear (exact, of weighted sums), sampled (an estimate, of any model).
      """)

  @Argument(
    help: ArgumentHelp(
      "The run of the fit; then, if others than its own, a CSV file with rows, or a version as data:NAME@VERSION.",
      valueName: "run|data"), completion: .file(extensions: ["csv"]))
  var words: [String] = []

  @Option(help: ArgumentHelp("Explain the outputs of these rows, counted from 1.", valueName: "1,5,9"))
  var rows: String?

  @Option(
    name: .customLong("column"),
    help: ArgumentHelp("Show the predictions over the values of this column.", valueName: "column"))
  var columns: [String] = []

  @Option(help: "tree, interventional, linear or sampled (default: the exact one, else sampled).")
  var method: Contributions.Method?

  @Option(
    help: ArgumentHelp(
      "The score that shuffled columns make worse (default: log_loss, or r2 of numbers).", valueName: "score"))
  var metric: String?

  @Option(help: "How often each column is shuffled (default: 10).")
  var repeats: Count?

  @Option(help: ArgumentHelp("The seed of shuffles and samples (default: 0).", valueName: "S"))
  var seed: UInt64 = 0

  @Flag(help: "Show one tree of the model instead; see --number.")
  var tree = false

  @Option(help: "With --tree: which tree, counted from 1 (default: 1).")
  var number: Count?

  @Option(help: "With --tree: how many questions deep (default: 6).")
  var depth: Count?

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write a picture: of the rows' contributions, or of --rows, --column or --tree, the last of them.",
      valueName: "file"), completion: .file(extensions: ["svg"]))
  var svg: String?

  @Option(
    help: ArgumentHelp("Write all of it as one HTML page.", valueName: "file"), completion: .file(extensions: ["html"]))
  var html: String?

  @OptionGroup var choice: RunChoice

  func run() throws {
    for (option, file) in [("--svg", svg), ("--html", html)] {
      if file == "-" { throw UsageError("\(option) takes the name of a file") }
    }
    if !tree, number != nil || depth != nil { throw UsageError("--number and --depth go with --tree") }
    let store = try choice.storeOption.open()
    let (id, data) = try chosen(in: store)
    let predictor = try Predictor(of: id, in: store)
    guard let target = predictor.preprocessing.target else {
      throw UsageError("run \(id) fitted '\(predictor.name)', which predicts no column: there is nothing to explain")
    }
    let together =
      try predictor.hasSeveralModels
      ? predictor.together(fittedTo: .ofModel(id, in: store), explainedAt: data, in: store) : nil
    func explained(_ model: any FittedModel) -> ExplainedModel {
      ExplainedModel(
        model, columns: SourceColumn.all(of: together?.preprocessing ?? predictor.preprocessing),
        classes: target.classes, target: predictor.explainedTarget)
    }
    if tree { return try showTree(explained(together?.model ?? predictor.fittedModel), predictor.name, id) }
    let model = explained(predictor.explained(together?.model ?? predictor.fittedModel))
    let asked = try askedColumns(of: model)
    let rows =
      try together?.rows ?? data.map { try predictor.explainedRows(at: $0, storeAt: choice.storeOption.path) }
      ?? Predictor.explainedRows(ofRun: id, .ofModel(id, in: store), in: store)
    let explanation = try Explanation(
      model, named: predictor.name, run: id, rows,
      ExplanationRequest(
        rows: askedRows(of: rows.features.rows), columns: asked, method: chosenMethod(of: model, predictor.name),
        metric: metric, repeats: repeats?.checked(2...1000, "--repeats") ?? 10, seed: seed,
        isWhole: html != nil, isSummary: self.rows == nil && columns.isEmpty || json))
    if json { try printJSON(explanation.report) } else { print(explanation.text(width: pageWidth)) }
    if let svg { try Output.save(SVGChart(explanation.picture).text, to: svg) }
    if let html { try Output.save(explanation.page.html, to: html) }
  }

  private func chosen(in store: Store) throws -> (id: String, data: String?) {
    if choice.isEmpty {
      guard (1...2).contains(words.count) else {
        throw UsageError(
          words.isEmpty
            ? "name a run, or choose one with --experiment or --where"
            : "explain takes a run and at most one file of rows")
      }
      return (try choice.id(naming: [words[0]], in: store, for: "explain"), words.dropFirst().first)
    }
    guard words.count <= 1 else { throw UsageError("explain takes one run and at most one file of rows") }
    return (try choice.id(in: store, for: "explain"), words.first)
  }

  private func chosenMethod(of model: ExplainedModel, _ name: String) throws -> Contributions.Method {
    guard let method else { return model.usualMethod }
    guard model.methods.contains(method) else {
      throw UsageError(
        "--method \(method.rawValue) does not fit '\(name)': use "
          + model.methods.map(\.rawValue).joined(separator: " or "))
    }
    return method
  }

  private func askedColumns(of model: ExplainedModel) throws -> [SourceColumn] {
    try columns.map { name in
      if let column = model.columns.first(where: { $0.name == name }) { return column }
      let names = model.columns.map(\.name)
      let more = names.count > 12 ? " and \(names.count - 12) more" : ""
      throw UsageError(
        "the model has no column '\(name)'"
          + (didYouMean(name, among: names) ?? "; it has \(names.prefix(12).joined(separator: ", "))\(more)"))
    }
  }

  /// From 0.
  private func askedRows(of count: Int) throws -> [Int] {
    guard let rows else { return [] }
    return try rows.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let row = Int(text.trimmingCharacters(in: .whitespaces)) else {
        throw UsageError("--rows takes numbers of rows, as 1,5,9, not '\(text)'")
      }
      guard (1...max(1, count)).contains(row) else {
        throw UsageError("there is no row \(row): rows are counted from 1 to \(count)")
      }
      return row - 1
    }
  }

  private func showTree(_ model: ExplainedModel, _ name: String, _ id: String) throws {
    guard let trees = model.trees else {
      throw UsageError("run \(id) fitted '\(name)', which has no trees: leave out --tree")
    }
    let count = trees.trees.count
    let number = try number?.checked(1...max(1, count), "--number") ?? 1
    let depth = try depth?.checked(1...64, "--depth") ?? 6
    guard let tree = model.readableTree(number - 1, depth: depth) else {
      throw UsageError("run \(id) has no tree yet")
    }
    let title = count == 1 ? "\(name) of run \(id)" : "\(name) of run \(id), tree \(number) of \(count)"
    let diagram = TreeDiagram(title: title, root: TreeDiagram.Node(tree))
    if json { try printJSON(TreeReport(tree)) } else { print(diagram.text) }
    if let svg { try Output.save(SVGChart(diagram.drawing).text, to: svg) }
    if let html {
      var page = SectionedPage(title: title, explanation: "")
      page.add("The tree", [.picture(diagram.drawing)])
      try Output.save(page.html, to: html)
    }
  }
}

extension Contributions.Method: ExpressibleByArgument {}
