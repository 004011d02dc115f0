import Datasets
import Settings

struct FrequencyStep: ColumnStep {
  static let name = "frequency"
  static let summary = "the share of training rows that have the category"
  static let hyperparameters: [Hyperparameter<FrequencyStep>] = [
    .flag("normalize", \.normalize, "shares; else numbers of rows")
  ]
  static let texts = ColumnChoice.parameters(of: \FrequencyStep.choice)

  var normalize = true
  var choice = ColumnChoice()

  /// A missing value is a category like others; a new one has none of the rows.
  func fit(_ data: TrainingRows) throws(PipelineError) -> OrdinalStep.Fitted {
    let names = try data.names(choice, kinds: [.category])
    let rows = normalize ? Double(data.output.rowCount) : 1
    let items = zip(names, try data.output.words(of: names)).map { name, words in
      let levels = CategoryLevels(words)
      let counts = levels.counts(levels.codes(of: words))
      return OrdinalStep.Fitted.Item(column: name, levels: levels, values: counts.map { Double($0) / rows })
    }
    return OrdinalStep.Fitted(items: items, unknown: .value, unknownValue: 0)
  }
}
