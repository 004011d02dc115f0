import Datasets
import Models
import Pipelines

// Texts are features by their words.
extension AutopilotPlan {
  /// Values that are looked at; terms that have to be in so many of them, or to make half of all words; the words of a text on average.
  private static let (lookedTexts, repeatedTerms, fewestTexts, fewestWords) = (2_000, 10, 3, 2.0)
  /// Terms of a model that takes features without their zeros, and of others at most.
  private static let (sparseTerms, denseTerms) = (50_000, 400)
  /// Values of features that a candidate may keep for each term, as others do.
  private static let mostValues = 20_000_000

  /// Columns of several words that repeat, be the texts ever so different; and those that are kept by hand.
  static func texts(of table: Table, _ request: AutopilotRequest) -> [String] {
    zip(table.names, table.columns).compactMap { name, column in
      guard case .texts(let words) = column, name != request.target, name != request.group, name != request.time,
        !request.dropped.contains(name)
      else { return nil }
      return request.kept.contains(name) || Self.areTexts(words) ? name : nil
    }
  }

  private static func areTexts(_ words: Words) -> Bool {
    let step = max(1, words.levels.count / lookedTexts)
    var (texts, count) = (0, 0)
    var documents: [Substring: Int] = [:]
    for place in stride(from: 0, to: words.levels.count, by: step) {
      let terms = words.levels[place].lowercased().split { !$0.isLetter && !$0.isNumber }
      (texts, count) = (texts + 1, count + terms.count)
      for term in Set(terms) { documents[term, default: 0] += 1 }
    }
    let repeated = documents.values.filter { $0 >= fewestTexts }
    return texts > 0 && Double(count) >= fewestWords * Double(texts)
      && (repeated.count >= repeatedTerms || 2 * repeated.reduce(0, +) >= documents.values.reduce(0, +))
  }

  /// Of a column, for a model that has every feature of every row.
  static func terms(rows: Int, columns: Int) -> Int {
    max(50, min(denseTerms, mostValues / max(1, rows * columns)))
  }

  /// What makes features of texts for a model of this form, fitted in each fold; nil without texts.
  func pipeline(for form: FeatureForm, rows: Int) -> Pipeline? {
    guard let texts, !texts.isEmpty else { return nil }
    let isSparse = form == .sparse
    let terms = isSparse ? Self.sparseTerms : Self.terms(rows: min(self.rows ?? .max, rows), columns: texts.count)
    return Pipeline(texts.map { Pipeline.tfidf(of: $0, mostTerms: terms, mostWords: isSparse ? 2 : 1) })
  }
}
