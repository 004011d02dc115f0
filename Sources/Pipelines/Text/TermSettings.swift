import Settings

/// The parameters that counting words and weighing them share.
struct TermSettings: Hashable, Sendable {
  var analyzer = TextAnalyzer()
  var ngrams: [Double] = [1, 1]
  /// Documents that a term needs; below 1 a share of all.
  var minDocuments = 1.0
  /// Documents that a term may have; up to 1 a share of all.
  var maxDocuments = 1.0
  var maxFeatures: Double?
  var isBinary = false
  var choice = ColumnChoice()

  static func hyperparameters<Owner>(
    of path: WritableKeyPath<Owner, TermSettings> & Sendable
  ) -> [Hyperparameter<Owner>] {
    let own: [Hyperparameter<TermSettings>] = [
      .choice("analyzer", \.analyzer.unit, "word; char: characters in a row; char_wb: the same within words"),
      .flag("lowercase", \.analyzer.lowercase, "upper and lower case are the same"),
      .number("min_df", \.minDocuments, .nonNegative, "documents that a term needs; below 1 a share"),
      .number("max_df", \.maxDocuments, .nonNegative, "documents that a term may have; up to 1 a share"),
      .optionalNumber("max_features", \.maxFeatures, .atLeast(1), "keep the most frequent terms only"),
      .flag("binary", \.isBinary, "1 for a term that is there, however often"),
    ]
    return own.map { $0.at(path) }
  }

  static let texts: [TextParameter<TermSettings>] =
    ColumnChoice.parameters(of: \TermSettings.choice) + [
      .ngrams("ngram_range", \.ngrams, "the least and the most words or characters of a term"),
      .list("stop_words", \.stopWords, "words that do not count"),
    ]

  var stopWords: [String] {
    get { analyzer.stopWords.sorted() }
    set { analyzer.stopWords = Set(newValue) }
  }

  /// With the lengths of terms.
  var completeAnalyzer: TextAnalyzer {
    var analyzer = analyzer
    (analyzer.least, analyzer.most) = (Int(ngrams[0]), Int(ngrams[1]))
    return analyzer
  }
}

extension TextParameter {
  /// Two whole numbers from 1 to 20, the first not above the second.
  fileprivate static func ngrams(_ name: String, _ path: Path<[Double]>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, get: { $0[keyPath: path].map { "\(Int($0))" } },
      set: { owner, texts throws(PipelineError) in
        let numbers = texts.compactMap { Int($0) }
        guard texts.count == 2, numbers.count == 2, numbers[0] >= 1, numbers[0] <= numbers[1], numbers[1] <= 20 else {
          throw PipelineError(
            "'\(name)' takes two whole numbers from 1 to 20, as [1, 2], not [\(texts.joined(separator: ", "))]",
            status: .badUsage)
        }
        owner[keyPath: path] = numbers.map(Double.init)
      })
  }
}
