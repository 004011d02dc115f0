import Datasets
import Randomness
import Settings

/// scikit-learn's `TargetEncoder` (Micci-Barreca 2001).
struct TargetStep: ColumnStep {
  enum Kind: String, CaseIterable, Sendable { case auto, binary, multiclass, continuous }

  static let name = "target"
  static let summary = "the mean of the target in the category's rows, drawn towards the mean of all"
  static let hyperparameters: [Hyperparameter<TargetStep>] = [
    .choice("target_type", \.kind, "auto: words and two numbers are classes, else numbers"),
    .optionalNumber("smooth", \.smooth, .nonNegative, "rows that the mean of all counts as; null: from the variances"),
    .integer("cv", \.folds, .atLeast(2, limit: 1000), "folds that training rows are encoded in"),
    .flag("shuffle", \.shuffle, "random folds"),
  ]
  static let texts = ColumnChoice.parameters(of: \TargetStep.choice)

  var kind = Kind.auto
  var smooth: Double?
  var folds = 5
  var shuffle = true
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    struct Item: Codable, Sendable {
      var column: String
      var levels: CategoryLevels
      /// For each class, or for the number, the value of each category.
      var values: [[Double]]
    }
    var items: [Item]
    /// The names of classes, of more than two; of one target none.
    var classes: [String]
    /// What new categories become, for each class.
    var means: [Double]

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let columns = items.map(\.column)
      var new: [[(name: String, column: Column)]] = []
      for (item, words) in zip(items, try output.words(of: columns)) {
        guard item.values.count == means.count, item.values.allSatisfy({ $0.count == item.levels.count }) else {
          throw PipelineError("the saved categories of '\(item.column)' do not fit their values")
        }
        let codes = item.levels.codes(of: words)
        let encoded = zip(item.values, means).map { values, mean in
          let table = [mean] + values
          return codes.map { table[Int($0) + 1] }
        }
        new.append(named(item.column, encoded))
      }
      try output.replace(columns, by: new)
    }

    fileprivate func named(_ column: String, _ encoded: [[Double]]) -> [(name: String, column: Column)] {
      if encoded.count != classes.count { return encoded.map { (column, .numbers($0)) } }
      return zip(classes, encoded).map { ("\(column)=\($0)", .numbers($1)) }
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let target = try target(data)
    let names = try data.names(choice, kinds: [.category])
    let items = zip(names, try data.output.words(of: names)).map { name, words in
      let levels = CategoryLevels(words)
      let codes = levels.codes(of: words)
      let values = target.numbers.map { encoding(codes, levels.count, $0, rows: nil).values }
      return Fitted.Item(column: name, levels: levels, values: values)
    }
    return Fitted(items: items, classes: target.classes, means: target.numbers.map { PresentValues($0).mean })
  }

  /// Each training row gets the value that the rows of the other folds give it.
  func fitTransform(_ data: TrainingRows) throws(PipelineError) -> (fitted: Fitted, output: PipelineOutput) {
    let fitted = try fit(data)
    let target = try target(data)
    let rows = data.output.rowCount
    var output = data.output
    guard rows >= 2 else {
      try fitted.transform(&output)
      return (fitted, output)
    }
    let (k, seed) = (min(folds, rows), shuffle ? data.seed.longWords(1)[0] : nil)
    let parts = target.strata.map { Folds(strata: $0, k: k, seed: seed) } ?? Folds(count: rows, k: k, seed: seed)
    let columns = fitted.items.map(\.column)
    let new = zip(fitted.items, try output.words(of: columns)).map { item, words in
      let codes = item.levels.codes(of: words)
      let encoded = target.numbers.map { numbers in
        var values = [Double](repeating: .nan, count: rows)
        for part in parts.parts {
          let (table, _) = encoding(codes, item.levels.count, numbers, rows: part.training)
          for row in part.test { values[row] = table[Int(codes[row])] }
        }
        return values
      }
      return fitted.named(item.column, encoded)
    }
    try output.replace(columns, by: new)
    return (fitted, output)
  }

  /// The value of each category from these rows, all if nil.
  private func encoding(
    _ codes: [Int32], _ levels: Int, _ target: [Double], rows: [Int]?
  ) -> (values: [Double], mean: Double) {
    let (codes, target) = rows.map { rows in (rows.map { codes[$0] }, rows.map { target[$0] }) } ?? (codes, target)
    let all = PresentValues(target)
    let (mean, variance) = (all.mean, all.variance(target))
    var (counts, sums) = ([Double](repeating: 0, count: levels), [Double](repeating: 0, count: levels))
    for (code, value) in zip(codes, target) {
      counts[Int(code)] += 1
      sums[Int(code)] += value
    }
    if let smooth {
      return (
        zip(counts, sums).map { $0 + smooth == 0 ? mean : ($1 + smooth * mean) / ($0 + smooth) }, mean
      )
    }
    let means = zip(sums, counts).map { $0 / $1 }
    var squares = [Double](repeating: 0, count: levels)
    for (code, value) in zip(codes, target) {
      let distance = value - means[Int(code)]
      squares[Int(code)] += distance * distance
    }
    let values = counts.indices.map { level in
      let own = variance * counts[level]
      let weight = own / (own + squares[level] / counts[level])
      return weight.isNaN ? mean : weight * means[level] + (1 - weight) * mean
    }
    return (values, mean)
  }

  private struct Target {
    /// The number to take means of, or 1 for each class's rows and 0 for others.
    var numbers: [[Double]]
    /// The class of each row, where there are classes.
    var strata: [Int]?
    /// Their names, of more than two.
    var classes: [String] = []
  }

  private func target(_ data: TrainingRows) throws(PipelineError) -> Target {
    guard let name = data.target else {
      throw PipelineError("this step needs a target column to learn from", status: .badUsage)
    }
    let column = try data.output.columns([name])[0]
    if let row = column.missingCount > 0 ? column.rowsWithoutValue.first : nil {
      throw PipelineError("line \(data.output.table.lines[row]): the target column '\(name)' has no value")
    }
    if case .numbers(let values) = column {
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw PipelineError("line \(data.output.table.lines[row]): the target is not finite")
      }
      let isContinuous = kind == .continuous || kind == .auto && Set(values).count != 2
      if isContinuous { return Target(numbers: [values]) }
    } else if kind == .continuous {
      throw PipelineError("the target column '\(name)' holds no numbers", status: .badUsage)
    }
    let words = try data.output.words(of: [name])[0]
    let levels = CategoryLevels(words)
    let codes = levels.codes(of: words).map { Int($0) }
    if kind == .binary, levels.count != 2 {
      throw PipelineError("the target column '\(name)' has \(levels.count) classes, not 2", status: .badUsage)
    }
    if levels.count <= 2 { return Target(numbers: [codes.map { Double($0) }], strata: codes) }
    try PipelineError.requireMemory(rows: codes.count, columns: levels.count, lower: "set target_type: continuous")
    let numbers = levels.levels.indices.map { level in codes.map { $0 == level ? 1.0 : 0 } }
    return Target(numbers: numbers, strata: codes, classes: levels.levels)
  }
}

extension Column {
  fileprivate var rowsWithoutValue: [Int] {
    let present = Set(rowsWithValue)
    return (0..<count).filter { !present.contains($0) }
  }
}
