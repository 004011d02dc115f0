import Datasets
import Foundation
import Settings

/// scikit-learn's `TfidfVectorizer`.
struct TfidfStep: ColumnStep {
  enum Norm: String, CaseIterable, Codable, Sendable { case l1, l2, none }

  static let name = "tfidf"
  static let summary = "counts of words, weighed by how few texts have them, as sparse columns"
  static let hyperparameters: [Hyperparameter<TfidfStep>] =
    TermSettings.hyperparameters(of: \.settings) + [
      .choice("norm", \.weighing.norm, "length of each row: l2, l1, or as it comes"),
      .flag("use_idf", \.useFrequencies, "multiply by ln(documents / those with the term) + 1"),
      .flag("smooth_idf", \.smooth, "as if one more document had every term"),
      .flag("sublinear_tf", \.weighing.sublinear, "1 + ln(count) for the count"),
    ]
  static let texts: [TextParameter<TfidfStep>] = TermSettings.texts.map { $0.at(\TfidfStep.settings) }

  var settings = TermSettings()
  var weighing = Weighing()
  var useFrequencies = true
  var smooth = true

  struct Weighing: Codable, Hashable, Sendable {
    var norm = Norm.l2
    var sublinear = false

    func apply(_ row: inout TermCounts.Row, _ weights: [Double]) {
      for place in row.indices {
        if sublinear { row[place].value = log(row[place].value) + 1 }
        if !weights.isEmpty { row[place].value *= weights[row[place].column] }
      }
      let length: Double
      switch norm {
      case .none: return
      case .l1: length = row.reduce(0) { $0 + $1.value.magnitude }
      case .l2: length = row.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
      }
      if length > 0 { for place in row.indices { row[place].value /= length } }
    }
  }

  struct Fitted: FittedStep {
    var columns: [TermCounts]
    var analyzer: TextAnalyzer
    var isBinary: Bool
    var weighing: Weighing

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let names = columns.map(\.column)
      let words = try output.words(of: names)
      try output.drop(names)
      for (terms, words) in zip(columns, words) {
        try output.append(
          try terms.block(words, try analyzer.valid, isBinary: isBinary) { weighing.apply(&$0, terms.weights) })
      }
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let names = try data.names(settings.choice, kinds: [.text])
    let analyzer = settings.completeAnalyzer
    var columns: [TermCounts] = []
    for (name, words) in zip(names, try data.output.words(of: names)) {
      var terms = try TermCounts(name, words, settings)
      if useFrequencies {
        let (all, more) = (Double(words.codes.count), smooth ? 1.0 : 0)
        terms.weights = try terms.documents(words, analyzer).map { log((all + more) / ($0 + more)) + 1 }
      }
      columns.append(terms)
    }
    return Fitted(columns: columns, analyzer: analyzer, isBinary: settings.isBinary, weighing: weighing)
  }
}

extension Pipeline {
  /// A step that counts runs of up to so many words of a column, the most frequent ones, weighed by how few texts have them; a word
  /// that a text has often does not say as much more.
  package static func tfidf(of column: String, mostTerms: Int, mostWords: Int) -> any PipelineStep {
    var step = TfidfStep()
    step.settings.choice = ColumnChoice(columns: [column])
    (step.settings.maxFeatures, step.settings.ngrams) = (Double(mostTerms), [1, Double(mostWords)])
    step.weighing.sublinear = true
    return step
  }
}
