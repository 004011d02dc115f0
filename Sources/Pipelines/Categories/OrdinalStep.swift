import Datasets
import Settings

/// scikit-learn's `OrdinalEncoder`.
struct OrdinalStep: ColumnStep {
  enum Unknown: String, CaseIterable, Codable, Sendable {
    case error
    case value = "use_encoded_value"
  }

  static let name = "ordinal"
  static let summary = "a category's place among the sorted ones"
  static let hyperparameters: [Hyperparameter<OrdinalStep>] = [
    .choice("handle_unknown", \.unknown, "new categories: an error, or unknown_value"),
    .optionalNumber("unknown_value", \.unknownValue, .finite, "what new categories become; null: missing"),
    .optionalNumber("encoded_missing_value", \.missingValue, .finite, "what a missing value becomes; null: missing"),
    .optionalNumber("min_frequency", \.rare.minFrequency, .positive, "rarer ones are one category; below 1 a share"),
    .optionalNumber("max_categories", \.rare.maxCategories, .atLeast(1), "the most categories, the rarest are one"),
  ]
  static let texts = ColumnChoice.parameters(of: \OrdinalStep.choice)

  var unknown = Unknown.error
  var unknownValue: Double?
  var missingValue: Double?
  var rare = RareCategories()
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    struct Item: Codable, Sendable {
      var column: String
      var levels: CategoryLevels
      /// The value of each category; nil for missing.
      var values: [Double?]
    }
    var items: [Item]
    var unknown: Unknown
    var unknownValue: Double?

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      var columns: [[Double]] = []
      for (item, words) in zip(items, try output.words(of: items.map(\.column))) {
        guard item.values.count == item.levels.count else {
          throw PipelineError("the saved categories of '\(item.column)' do not fit their values")
        }
        let codes = item.levels.codes(of: words)
        if unknown == .error, let error = PipelineError.unseen(words, codes, item.column, output.table.lines) {
          throw error
        }
        let table = [unknownValue ?? .nan] + item.values.map { $0 ?? .nan }
        columns.append(codes.map { table[Int($0) + 1] })
      }
      output = try output.replacing(items.map(\.column), by: columns)
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let names = try data.names(choice, kinds: [.category])
    let items = zip(names, try data.output.words(of: names)).map { name, words in
      let levels = CategoryLevels(words)
      let rare = rare.places(of: words, among: levels)
      let frequent = Double(levels.levels.count - rare.count)
      var (values, next): ([Double?], Double) = ([], 0)
      for place in levels.levels.indices {
        values.append(rare.contains(place) ? frequent : next)
        if !rare.contains(place) { next += 1 }
      }
      if levels.hasMissing { values.append(missingValue) }
      return Fitted.Item(column: name, levels: levels, values: values)
    }
    return Fitted(items: items, unknown: unknown, unknownValue: unknownValue)
  }
}
