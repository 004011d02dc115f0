import Datasets
import Settings

/// scikit-learn's `CountVectorizer`.
struct CountWordsStep: ColumnStep {
  static let name = "count_words"
  static let summary = "how often a text has each word or run of words, as sparse columns"
  static let hyperparameters: [Hyperparameter<CountWordsStep>] = TermSettings.hyperparameters(of: \.settings)
  static let texts: [TextParameter<CountWordsStep>] = TermSettings.texts.map { $0.at(\CountWordsStep.settings) }

  var settings = TermSettings()

  struct Fitted: FittedStep {
    var columns: [TermCounts]
    var analyzer: TextAnalyzer
    var isBinary: Bool

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let names = columns.map(\.column)
      let words = try output.words(of: names)
      try output.drop(names)
      for (terms, words) in zip(columns, words) {
        try output.append(try terms.block(words, try analyzer.valid, isBinary: isBinary))
      }
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let names = try data.names(settings.choice, kinds: [.text])
    var columns: [TermCounts] = []
    for (name, words) in zip(names, try data.output.words(of: names)) {
      columns.append(try TermCounts(name, words, settings))
    }
    return Fitted(columns: columns, analyzer: settings.completeAnalyzer, isBinary: settings.isBinary)
  }
}

extension TextAnalyzer {
  /// Throws where a saved one has lengths that none can have.
  var valid: TextAnalyzer {
    get throws(PipelineError) {
      if least >= 1, least <= most, most <= 20 { return self }
      throw PipelineError("the saved lengths of terms, \(least) to \(most), are out of range")
    }
  }
}
