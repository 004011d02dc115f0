import Datasets
import Settings

/// scikit-learn's `OneHotEncoder`.
struct OneHotStep: ColumnStep {
  enum Dropped: String, CaseIterable, Sendable {
    case none, first
    case ifBinary = "if_binary"
  }
  enum Unknown: String, CaseIterable, Codable, Sendable {
    case error, ignore
    case infrequent = "infrequent_if_exist"
  }

  static let name = "one_hot"
  static let summary = "a column for each category, 1 in its rows and 0 in others"
  static let hyperparameters: [Hyperparameter<OneHotStep>] = [
    .choice("drop", \.dropped, "a category without a column: none, the first, or the first of two"),
    .choice("handle_unknown", \.unknown, "new categories: an error, all zeros, or the infrequent category's column"),
    .optionalNumber("min_frequency", \.rare.minFrequency, .positive, "rarer ones share a column; below 1 a share"),
    .optionalNumber("max_categories", \.rare.maxCategories, .atLeast(1), "the most columns, the rarest share one"),
    .flag("sparse_output", \.isSparse, "sparse columns"),
  ]
  static let texts = ColumnChoice.parameters(of: \OneHotStep.choice)

  var dropped = Dropped.none
  var unknown = Unknown.error
  var rare = RareCategories()
  var isSparse = false
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    struct Item: Codable, Sendable {
      var column: String
      var levels: CategoryLevels
      /// The feature of each category; nil for the one that is dropped.
      var features: [Int?]
      /// The names of the features, after the column's.
      var names: [String]
      /// The feature of rare categories.
      var infrequent: Int?
    }
    var items: [Item]
    var unknown: Unknown
    var isSparse: Bool
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let names = try data.names(choice, kinds: [.category])
    let items = zip(names, try data.output.words(of: names)).map { name, words in
      let levels = CategoryLevels(words)
      let rare = Set(rare.places(levels.counts(levels.codes(of: words)), rows: words.codes.count))
      var item = Fitted.Item(column: name, levels: levels, features: [], names: [], infrequent: nil)
      for place in 0..<levels.count where !rare.contains(place) { item.names.append(levels.name(place)) }
      if !rare.isEmpty {
        item.infrequent = item.names.count
        item.names.append("infrequent")
      }
      var next = 0
      for place in 0..<levels.count {
        item.features.append(rare.contains(place) ? item.infrequent : next)
        if !rare.contains(place) { next += 1 }
      }
      let drops = dropped == .first || dropped == .ifBinary && item.names.count == 2
      if drops, !item.names.isEmpty { item.drop(0) }
      return item
    }
    return Fitted(items: items, unknown: unknown, isSparse: isSparse)
  }
}

extension OneHotStep.Fitted.Item {
  /// Takes a feature away; those behind it move up.
  mutating func drop(_ feature: Int) {
    func moved(_ place: Int?) -> Int? { place.flatMap { $0 == feature ? nil : $0 > feature ? $0 - 1 : $0 } }
    names.remove(at: feature)
    features = features.map(moved)
    infrequent = moved(infrequent)
  }

  /// The feature of each row, -1 for none.
  fileprivate func places(
    _ words: Words, _ unknown: OneHotStep.Unknown, _ lines: [Int]
  ) throws(PipelineError) -> [Int32] {
    guard features.count == levels.count, features.allSatisfy({ $0.map(names.indices.contains) ?? true }) else {
      throw PipelineError("the saved categories of '\(column)' do not fit their features")
    }
    let codes = levels.codes(of: words)
    if unknown == .error, let error = PipelineError.unseen(words, codes, column, lines) { throw error }
    let new = unknown == .infrequent ? Int32(infrequent ?? -1) : -1
    let table = [new] + features.map { Int32($0 ?? -1) }
    return codes.map { table[Int($0) + 1] }
  }

  fileprivate var featureNames: [String] { names.map { "\(column)=\($0)" } }
}

extension OneHotStep.Fitted {
  func transform(_ output: inout PipelineOutput) throws(PipelineError) {
    let columns = items.map(\.column)
    let rows = output.rowCount
    if !isSparse {
      try PipelineError.requireMemory(
        rows: rows, columns: items.reduce(0) { $0 + $1.names.count },
        lower: "set sparse_output, min_frequency or max_categories")
    }
    var places: [[Int32]] = []
    for (item, words) in zip(items, try output.words(of: columns)) {
      places.append(try item.places(words, unknown, output.table.lines))
    }
    if isSparse {
      try output.drop(columns)
      return try output.append(sparse(places, rows: rows))
    }
    let new = zip(items, places).map { item, places in
      item.featureNames.enumerated().map { feature, name in
        (name: name, column: Column.numbers(Self.indicator(places, of: Int32(feature))))
      }
    }
    try output.replace(columns, by: new)
  }

  /// 1 where a place is the feature's.
  private static func indicator(_ places: [Int32], of feature: Int32) -> [Double] {
    [Double](unsafeUninitializedCapacity: places.count) { values, count in
      places.withUnsafeBufferPointer { places in
        for row in places.indices { values[row] = places[row] == feature ? 1 : 0 }
      }
      count = places.count
    }
  }

  private func sparse(_ places: [[Int32]], rows: Int) throws(PipelineError) -> SparseColumns {
    let names = items.flatMap(\.featureNames)
    if names.count > Int(Int32.max) { throw PipelineError("there are too many categories: set max_categories") }
    var (offsets, indices): ([Int], [Int32]) = ([0], [])
    offsets.reserveCapacity(rows + 1)
    indices.reserveCapacity(rows * items.count)
    let starts = items.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1.names.count)) }
    for row in 0..<rows {
      for (item, places) in places.enumerated() where places[row] >= 0 { indices.append(starts[item] + places[row]) }
      offsets.append(indices.count)
    }
    let matrix = SparseMatrix(
      columns: names.count, offsets: offsets, indices: indices, values: [Double](repeating: 1, count: indices.count))
    return SparseColumns(names: names, matrix: matrix)
  }
}
