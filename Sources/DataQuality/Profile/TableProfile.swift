import Datasets
import Formats

/// What a table is like: each of its columns, how they go together, and what speaks against learning from it.
///
///     let profile = TableProfile(try Table(csv: "orders.csv"), ProfileOptions(target: "returned"))
///     print(profile.text(width: 100))
///     try profile.html(title: "orders.csv").write(toFile: "orders.html", atomically: true, encoding: .utf8)
///
/// All figures are exact, of the table or of the sample that was asked for; `notes` say what was left out.
package struct TableProfile: Codable, Hashable, Sendable {
  /// Rows that were looked at.
  package let rows: Int
  /// Where they are a sample: of how many rows, and drawn with which seed.
  package private(set) var sample: Sample?
  package private(set) var columns: [ColumnProfile]
  /// Rows that equal an earlier one; nil where they were not counted.
  package private(set) var duplicateRows: Int?
  package private(set) var correlations: [Correlation] = []
  package private(set) var target: Target?
  /// Sentences about what was not looked at.
  package private(set) var notes: [String] = []

  package struct Sample: Codable, Hashable, Sendable {
    package let rows: Int
    package let seed: UInt64
  }

  package struct Target: Codable, Hashable, Sendable {
    package let name: String
    /// The classes and their rows, the most frequent first; empty for a target of numbers.
    package let classes: [ColumnProfile.TopValue]
    /// How well each feature predicts the target alone, the best first.
    package let features: [FeatureScore]

    /// Those that predict it too well.
    package var leaks: [FeatureScore] { features.filter { $0.score >= FeatureScore.limit } }
  }

  /// Throws `missingColumn` for a target that is not there.
  package init(_ table: Table, _ options: ProfileOptions = ProfileOptions()) throws(DatasetError) {
    var table = table
    let whole = table.rowCount
    if let size = options.sample, size < table.rowCount {
      table = table.rows(RowSample.rows(max(0, size), of: table.rowCount, seed: options.seed))
      sample = Sample(rows: whole, seed: options.seed)
    }
    rows = table.rowCount
    columns = zip(table.names, table.columns).map {
      ColumnProfile($0, $1, bins: options.bins, top: options.top)
    }
    if options.duplicates, table.columns.contains(where: { $0.hasValues }) {
      duplicateRows = RowDuplicates(table).repeated.count
    }
    if options.correlations { correlate(table, options) }
    if let name = options.target { try look(at: name, of: table) }
  }

  private mutating func correlate(_ table: Table, _ options: ProfileOptions) {
    let limit = ProfileOptions.correlatedRows
    var table = table
    if table.rowCount > limit {
      table = table.rows(RowSample.rows(limit, of: table.rowCount, seed: options.seed))
      notes.append("Correlations are of \(grouped(limit)) rows drawn at random.")
    }
    let (found, leftOut) = CorrelationTable.all(table, most: ProfileOptions.correlatedColumns)
    correlations = found
    if leftOut > 0 {
      notes.append(
        "Correlations are of the first \(ProfileOptions.correlatedColumns) columns of numbers and of categories; "
          + "\(grouped(leftOut)) more were left out.")
    }
  }

  private mutating func look(at name: String, of table: Table) throws(DatasetError) {
    var classes: [ColumnProfile.TopValue] = []
    switch try table.column(name) {
    case .categories(let words):
      let counts = words.levelCounts
      classes = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(1_000)
        .map { .init(value: words.level($0), count: counts[$0]) }
    case .numbers: classes = columns.first { $0.name == name && $0.distinct <= 10 }?.top ?? []
    default:
      notes.append("The target \(quoted(name)) holds neither classes nor numbers, so that no feature predicts it.")
    }
    target = Target(name: name, classes: classes, features: TargetLeakage.scores(table, target: name))
  }
}

/// What a profile looks at.
package struct ProfileOptions: Sendable, Hashable {
  /// So many rows, drawn at random with `seed`, instead of all.
  package var sample: Int?
  package var seed: UInt64
  package var target: String?
  /// The number of most frequent values of a column.
  package var top: Int
  /// The number of bins of a histogram.
  package var bins: Int
  package var correlations: Bool
  package var duplicates: Bool

  package init(
    sample: Int? = nil, seed: UInt64 = 0, target: String? = nil, top: Int = 10, bins: Int = 20,
    correlations: Bool = true, duplicates: Bool = true
  ) {
    self.sample = sample
    self.seed = seed
    self.target = target
    self.top = max(0, top)
    self.bins = max(0, min(bins, 10_000))
    self.correlations = correlations
    self.duplicates = duplicates
  }

  /// Columns of numbers, and as many of categories, that are correlated.
  static let correlatedColumns = 30
  /// From here on correlations are of a sample.
  static let correlatedRows = 100_000
}

extension Column {
  /// Whether rows of it can be told apart.
  var hasValues: Bool {
    switch self {
    case .numbers, .dates, .categories, .texts: true
    case .missing, .leftOut: false
    }
  }
}
