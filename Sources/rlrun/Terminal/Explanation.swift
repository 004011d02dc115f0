import Datasets
import Explanations
import Fitting
import Foundation
import Models
import Settings
import Telemetry

/// What of a model is to be explained.
struct ExplanationRequest {
  /// From 0.
  var rows: [Int]
  var columns: [SourceColumn]
  var method: Contributions.Method
  /// nil for the usual one.
  var metric: String?
  var repeats: Int
  var seed: UInt64
  /// With everything that a page has.
  var isWhole: Bool
  /// Whether columns are ranked.
  var isSummary: Bool
}

/// A fitted model explained: its columns ranked, rows taken apart, predictions over columns.
struct Explanation {
  let model: ExplainedModel
  let name: String
  let run: String
  let source: ExplainedRows
  let request: ExplanationRequest
  /// Of `summaryRows`.
  let summary: Contributions
  let summaryRows: [Int]
  /// nil where it was not asked for, or the target is not known.
  let importance: PermutationImportance?
  /// The rows that are taken apart, from 0, and what their columns add.
  let rows: [Int]
  let parts: Contributions
  let dependences: [PartialDependence]
  /// Of each column the share of all splits' gains, and how many splits ask for it; nil without trees.
  let gains: [(share: Double, splits: Int)]?

  private static let mostRows = 1000, mostSlowRows = 100, mostBackground = 100
  /// Of a page.
  private static let pageColumns = 4, pageRows = 3

  init(
    _ model: ExplainedModel, named name: String, run: String, _ source: ExplainedRows, _ request: ExplanationRequest
  ) throws {
    (self.model, self.name, self.run, self.source, self.request) = (model, name, run, source, request)
    let features = source.features
    let isFast = request.method == .tree || request.method == .linear
    let known = source.training ?? features
    let background =
      request.method == .linear ? known : known.sample(request.method == .tree ? 1 : Self.mostBackground).features
    func contributions(_ rows: Features) -> Contributions {
      model.contributions(of: rows, background: background, method: request.method, seed: request.seed)
    }
    let isRanked = request.isSummary || request.isWhole
    let sample = features.sample(isRanked ? isFast ? Self.mostRows : Self.mostSlowRows : 0)
    (summaryRows, summary) = (sample.rows, contributions(sample.features))
    importance = isRanked ? try Self.importance(model, source, request) : nil
    let shown = request.rows.isEmpty && request.isWhole ? Self.spread(summary, summaryRows) : request.rows
    rows = shown
    parts = contributions(features.chosen(shown))
    var columns = request.columns
    if columns.isEmpty, request.isWhole {
      columns = summary.ranking.prefix(Self.pageColumns).map { model.columns[$0] }
    }
    let some = features.sample(Self.mostRows).features
    dependences = try columns.map { column in
      guard let dependence = model.partialDependence(on: column, some) else {
        throw UsageError("no row has a value of '\(column.name)'")
      }
      return dependence
    }
    gains = model.trees.map { trees in
      let (gains, splits) = (trees.gains, trees.splits)
      let whole = max(gains.reduce(0, +), .leastNormalMagnitude)
      return model.columns.map { column in
        (column.features.reduce(0) { $0 + gains[$1] } / whole, column.features.reduce(0) { $0 + splits[$1] })
      }
    }
  }

  private static func importance(
    _ model: ExplainedModel, _ source: ExplainedRows, _ request: ExplanationRequest
  ) throws -> PermutationImportance? {
    let target: KnownTarget
    switch source.target {
    case .classes(let labels, _)?: target = .classes(labels)
    case .numbers(let numbers)?: target = .numbers(numbers.elements)
    case .quantiles(let shares, let numbers)?: target = .quantile(shares[shares.middle], of: numbers.elements)
    case nil:
      if request.metric != nil { throw UsageError("the rows have no column '\(model.target)' to score the model on") }
      return nil
    }
    let metric = request.metric ?? model.usualMetric(of: target)
    let result = model.permutationImportance(
      of: source.features, target, metric: metric, repeats: request.repeats, seed: request.seed)
    if result == nil, request.metric != nil {
      let names = model.scores(source.features, target).all.map(\.name)
      throw UsageError(
        "the rows have no score '\(metric)'"
          + (didYouMean(metric, among: names) ?? "; use \(names.prefix(8).joined(separator: ", "))"))
    }
    return result
  }

  /// The rows with the least, the middle and the greatest first output.
  private static func spread(_ contributions: Contributions, _ rows: [Int]) -> [Int] {
    let order = rows.indices.sorted {
      (contributions.total(output: 0, row: $0), $0) < (contributions.total(output: 0, row: $1), $1)
    }
    var chosen: [Int] = []
    for place in [0, order.count / 2, order.count - 1] where order.indices.contains(place) {
      let row = rows[order[place]]
      if !chosen.contains(row) { chosen.append(row) }
    }
    return chosen
  }

  // MARK: Words

  /// The columns in the order in which they are listed.
  var ranking: [Int] { summary.ranking }

  /// `log odds of 'red'`, `probability of 'red'`, `price`
  func words(forOutput output: Int, _ unit: Contributions.Unit) -> String {
    guard let classes = model.classes else {
      return unit == .score ? "score of \(model.target)" : model.target
    }
    let name = "'\(model.outputs[output])'"
    switch unit {
    case .score: return (classes.count == 2 ? "log odds of " : "score of ") + name
    case .probability, .number: return "probability of " + name
    }
  }

  var methodWords: String {
    switch summary.method {
    case .tree: "exact by the trees and their training rows"
    case .interventional: "exact by the trees against background rows"
    case .linear: "exact: weights times the distance from the mean"
    case .sampled: "estimates against background rows, ± their standard error"
    }
  }

  var heading: String {
    "\(name) for \(model.target), run \(run), on \(source.features.rows) \(source.origin)"
  }

  /// `size = 3.2`
  func words(for column: Int, row: Int) -> String {
    let source = model.columns[column]
    return "\(source.name) = \(self.source.features.value(of: source, row: row).words)"
  }

  /// The output that is shown where there is room for one: the one whose contributions are largest.
  func mainOutput(of contributions: Contributions) -> Int {
    let sizes = contributions.values.map { rows in rows.reduce(0.0) { $0 + $1.reduce(0) { $0 + abs($1) } } }
    return sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
  }
}

extension SourceValue {
  var words: String {
    switch self {
    case .missing: "missing"
    case .number(let number): String(format: "%.6g", number)
    case .date(let seconds): isoDate(seconds)
    case .level(_, let name): name
    }
  }
}

extension Features {
  /// Up to so many rows, at equal distances, and their places.
  fileprivate func sample(_ most: Int) -> (features: Features, rows: [Int]) {
    let places = rows <= most ? Array(0..<rows) : (0..<most).map { $0 * rows / most }
    return (chosen(places), places)
  }
}
