import Datasets

/// The terms of one column of texts that the training rows have, in the order of their Unicode scalars.
struct TermCounts: Codable, Sendable {
  var column: String
  var terms: [String]
  /// For inverse document frequencies, one a term; none where counts are wanted.
  var weights: [Double] = []

  /// A row's terms by their places, with their numbers.
  typealias Row = [(column: Int, value: Double)]

  /// Finds the terms. Throws where none is left.
  init(_ column: String, _ words: Words, _ settings: TermSettings) throws(PipelineError) {
    self.column = column
    let analyzer = settings.completeAnalyzer
    var rows = [Int](repeating: 0, count: words.levels.count)
    for code in words.codes where code >= 0 { rows[Int(code)] += 1 }
    var (documents, totals): ([String: Int], [String: Int]) = ([:], [:])
    for (level, rows) in zip(words.levels, rows) where rows > 0 {
      let counts = analyzer.terms(of: level).reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
      for (term, count) in counts {
        documents[term, default: 0] += rows
        totals[term, default: 0] += rows * (settings.isBinary ? 1 : count)
      }
    }
    let all = Double(words.codes.count)
    let least = settings.minDocuments < 1 ? settings.minDocuments * all : settings.minDocuments
    let most = settings.maxDocuments <= 1 ? settings.maxDocuments * all : settings.maxDocuments
    terms = documents.filter { Double($0.value) >= least && Double($0.value) <= most }.map(\.key)
    terms.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if let maxFeatures = settings.maxFeatures, Double(terms.count) > maxFeatures {
      let byTotal = terms.indices.sorted { (-totals[terms[$0]]!, $0) < (-totals[terms[$1]]!, $1) }
      terms = byTotal.prefix(Int(maxFeatures)).sorted().map { terms[$0] }
    }
    if terms.isEmpty {
      throw PipelineError("no term of the column '\(column)' is left: lower min_df, or raise max_df")
    }
  }

  /// What is counted in each row, as columns `NAME=term`; `weigh` changes a row's counts.
  func block(
    _ words: Words, _ analyzer: TextAnalyzer, isBinary: Bool, _ weigh: (inout Row) -> Void = { _ in }
  ) throws(PipelineError) -> SparseColumns {
    guard terms.count <= Int(Int32.max), weights.isEmpty || weights.count == terms.count else {
      throw PipelineError("the saved terms of '\(column)' do not fit their weights")
    }
    let places = Dictionary(zip(terms, terms.indices), uniquingKeysWith: { first, _ in first })
    // Each different text once.
    let levels = words.levels.map { level -> Row in
      var counts: [Int: Double] = [:]
      for term in analyzer.terms(of: level) {
        guard let place = places[term] else { continue }
        counts[place] = isBinary ? 1 : counts[place, default: 0] + 1
      }
      var row = counts.map { (column: $0.key, value: $0.value) }.sorted { $0.column < $1.column }
      weigh(&row)
      return row
    }
    var matrix = SparseMatrix(columns: terms.count)
    for code in words.codes { matrix.append(row: code < 0 ? [] : levels[Int(code)]) }
    return SparseColumns(names: terms.map { "\(column)=\($0)" }, matrix: matrix)
  }

  /// The documents that have each term.
  func documents(_ words: Words, _ analyzer: TextAnalyzer) throws(PipelineError) -> [Double] {
    let block = try block(words, analyzer, isBinary: true)
    var counts = [Double](repeating: 0, count: terms.count)
    for column in block.matrix.indices { counts[Int(column)] += 1 }
    return counts
  }
}
