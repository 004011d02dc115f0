import Datasets
import Settings

/// scikit-learn's `SimpleImputer`, `KNNImputer` and `IterativeImputer`.
struct ImputeStep: ColumnStep {
  enum Strategy: String, CaseIterable, Sendable {
    case mean, median, constant
    case mostFrequent = "most_frequent"
    case neighbours = "knn"
    case model
  }

  static let name = "impute"
  static let summary = "missing values filled"
  static let hyperparameters: [Hyperparameter<ImputeStep>] = [
    .choice(
      "strategy", \.strategy, "mean, median, knn, model: of numbers and dates; most_frequent, constant: of words too"),
    .integer("n_neighbors", \.neighbours, .atLeast(1, limit: Bounds.mostRows), "of knn: training rows to average"),
    .choice("weights", \.weights, "of knn: rows count alike, or by the inverse of their distance"),
    .integer("max_iter", \.rounds, .atLeast(1, limit: 1_000), "of model: rounds of regressions, at most"),
    .number(
      "tol", \.tolerance, .nonNegative, "of model: done where no row changes more, as a share of the largest value"),
    .flag("add_indicator", \.addIndicator, "a column NAME.missing, 1 where a value was, if a training row lacks one"),
    .flag("keep_empty_features", \.keepEmpty, "keep columns without a training value, filled with 0 or fill_value"),
  ]
  static let texts =
    ColumnChoice.parameters(of: \ImputeStep.choice)
    + [.text("fill_value", \.fillValue, "of constant: 0 for numbers and 'missing_value' for words where not given")]

  /// Regressions of each column on all others.
  private static let mostColumns = 200

  var strategy = Strategy.mean
  var neighbours = 5
  var weights = NeighbourImputation.Weights.uniform
  var rounds = 10
  var tolerance = 1e-3
  var addIndicator = false
  var keepEmpty = false
  var fillValue = ""
  var choice = ColumnChoice()

  enum Fill: Codable, Sendable {
    case number(Double)
    case date(Double)
    case word(String)
    /// The column had no value and goes.
    case dropped
  }

  struct Fitted: FittedStep {
    struct Item: Codable, Sendable {
      var column: String
      var fill: Fill
      var hasIndicator: Bool
    }
    var items: [Item]
    /// Of the columns that are kept; nil for other strategies.
    var neighbours: NeighbourImputation?
    var model: ModelImputation?

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let names = items.map(\.column)
      var new: [[(name: String, column: Column)]] = []
      let together = try filledTogether(output)
      for (item, column) in zip(items, try output.columns(names)) {
        var columns: [(name: String, column: Column)] = []
        if let filled = together[item.column] {
          columns.append((item.column, filled))
        } else if let filled = try item.fill.filled(column, item.column, output) {
          columns.append((item.column, filled))
        }
        if item.hasIndicator {
          var values = [Double](repeating: 1, count: column.count)
          for row in column.rowsWithValue { values[row] = 0 }
          columns.append((item.column + ".missing", .numbers(values)))
        }
        new.append(columns)
      }
      try output.replace(names, by: new)
    }

    /// The columns whose missing values depend on the others of their row.
    private func filledTogether(_ output: PipelineOutput) throws(PipelineError) -> [String: Column] {
      if neighbours == nil && model == nil { return [:] }
      let kept = items.filter { $0.fill.isKept }
      var values: [[Double]] = []
      for item in kept { values.append(try item.fill.numbers(item.column, output)) }
      let filled = neighbours?.filled(values) ?? model?.filled(values) ?? values
      return Dictionary(
        uniqueKeysWithValues: zip(kept, filled).map { ($0.column, $0.fill.isDate ? .dates($1) : .numbers($1)) })
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let isForNumbers = [.mean, .median, .neighbours, .model].contains(strategy)
    let kinds: [ColumnKind] = isForNumbers ? [.number, .date, .missing] : [.number, .category, .text, .date, .missing]
    let names = try data.names(choice, kinds: kinds)
    var items: [Fitted.Item] = []
    for (name, column) in zip(names, try data.output.columns(names)) {
      let isEmpty = column.missingCount == column.count
      var fill = Fill.dropped
      if !isEmpty || keepEmpty { fill = try self.fill(column, name, isEmpty) }
      items.append(.init(column: name, fill: fill, hasIndicator: addIndicator && column.missingCount > 0))
    }
    var fitted = Fitted(items: items)
    guard strategy == .neighbours || strategy == .model else { return fitted }
    let kept = items.filter { $0.fill.isKept }
    var (values, means): ([[Double]], [Double]) = ([], [])
    for item in kept {
      values.append(try item.fill.numbers(item.column, data.output))
      means.append(item.fill.number)
    }
    if kept.isEmpty { return fitted }
    if strategy == .neighbours {
      fitted.neighbours = NeighbourImputation(count: neighbours, weights: weights, columns: values, means: means)
    } else {
      if kept.count > Self.mostColumns {
        throw PipelineError(
          "the strategy 'model' takes at most \(Self.mostColumns) columns, not \(kept.count): name them",
          status: .badUsage)
      }
      // Columns that are empty and kept have no value to regress.
      for place in values.indices where values[place].allSatisfy(\.isNaN) {
        values[place] = values[place].map { _ in means[place] }
      }
      fitted.model = try ModelImputation(fitting: values, means: means, rounds: rounds, tolerance: tolerance)
    }
    return fitted
  }

  private func fill(_ column: Column, _ name: String, _ isEmpty: Bool) throws(PipelineError) -> Fill {
    switch column {
    case .numbers(let values): return .number(try number(values, name, isEmpty))
    case .dates(let values):
      if strategy != .constant { return .date(try number(values, name, isEmpty)) }
      guard let date = SpelledValue.isoSeconds(fillValue) else {
        throw PipelineError("the column '\(name)' holds dates: give fill_value one, as 2024-03-09", status: .badUsage)
      }
      return .date(date)
    case .missing: return .number(try number([], name, true))
    case .categories(let words), .texts(let words):
      if strategy == .constant || isEmpty { return .word(fillValue.isEmpty ? "missing_value" : fillValue) }
      guard strategy == .mostFrequent else { break }
      let levels = CategoryLevels(words)
      let counts = levels.counts(levels.codes(of: words)).prefix(levels.levels.count)
      // Of equally frequent ones the first.
      let most = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) }!
      return .word(levels.levels[most])
    case .leftOut: break
    }
    throw PipelineError(
      "there is no \(strategy.rawValue) of the column '\(name)', which is of kind \(column.kind.rawValue)",
      status: .badUsage)
  }

  private func number(_ values: [Double], _ name: String, _ isEmpty: Bool) throws(PipelineError) -> Double {
    if strategy == .constant {
      if fillValue.isEmpty { return 0 }
      guard let number = SpelledValue.number(fillValue) else {
        throw PipelineError(
          "the column '\(name)' holds numbers, and fill_value '\(fillValue)' is none", status: .badUsage)
      }
      return number
    }
    if isEmpty { return 0 }
    switch strategy {
    case .median: return values.sortedPresent().median
    case .mostFrequent: return values.sortedPresent().longestRun
    default:
      let mean = PresentValues(values).mean
      if mean.isFinite { return mean }
      throw PipelineError("the column '\(name)' has no finite mean: take 'median'")
    }
  }
}

extension ImputeStep.Fill {
  fileprivate var isKept: Bool { if case .dropped = self { false } else { true } }
  fileprivate var isDate: Bool { if case .date = self { true } else { false } }
  /// Of a column of numbers or dates.
  fileprivate func numbers(_ name: String, _ output: PipelineOutput) throws(PipelineError) -> [Double] {
    if isDate { return try output.dates(of: [name])[0] }
    return try output.numbers(of: [name])[0]
  }

  fileprivate var number: Double {
    switch self {
    case .number(let value), .date(let value): value
    case .word, .dropped: 0
    }
  }

  /// The column with its missing values filled; nil for none.
  fileprivate func filled(
    _ column: Column, _ name: String, _ output: PipelineOutput
  ) throws(PipelineError) -> Column? {
    func fill(_ values: [Double], _ fill: Double) -> [Double] {
      var values = values
      values.change { $0.isNaN ? fill : $0 }
      return values
    }
    switch self {
    case .dropped: return nil
    case .number(let value): return .numbers(fill(try output.numbers(of: [name])[0], value))
    case .date(let value): return .dates(fill(try output.dates(of: [name])[0], value))
    case .word(let word):
      let words = try output.words(of: [name])[0]
      let place = words.levels.firstIndex(of: word) ?? words.levels.count
      let filled = Words(levels: words.levels + [word], codes: words.codes.map { $0 < 0 ? Int32(place) : $0 })
      if case .texts = column { return .texts(filled) }
      return .categories(filled)
    }
  }
}

extension [Double] {
  /// Of sorted values: the most frequent one, of equally frequent ones the least. Needs a value.
  fileprivate var longestRun: Double {
    var (best, most, place) = (self[0], 0, 0)
    while place < count {
      let run = self[place...].prefix { $0 == self[place] }.count
      if run > most { (best, most) = (self[place], run) }
      place += run
    }
    return best
  }
}
