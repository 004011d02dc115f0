import Datasets
import Formats

/// Something wrong with a table that a check found.
package struct DataIssue: Codable, Hashable, Sendable {
  /// The check that found it.
  package let check: String
  /// nil where it is about whole rows.
  package let column: String?
  /// Indices of the first rows it is about, counted from 0, at most `mostRows`; none where it is about a whole column.
  package let rows: [Int]
  /// The number of rows it is about.
  package let rowCount: Int
  /// What is wrong.
  package let sentence: String
  /// Values that show it, in a few words each.
  package let evidence: [String]
  /// What would mend it, in the order in which it is to be done; empty where only a person can know.
  package let repairs: [CleaningStep]

  package static let mostRows = 1_000
  /// Pieces of evidence that are kept.
  static let mostEvidence = 20

  init(
    _ check: any DataCheck.Type, column: String?, rows: [Int], of whole: Int? = nil, _ sentence: String,
    evidence: [String] = [], repairs: [any Repair] = []
  ) {
    self.check = check.name
    self.column = column
    self.rows = Array(rows.prefix(Self.mostRows))
    rowCount = whole ?? rows.count
    self.sentence = sentence
    self.evidence = Array(evidence.prefix(Self.mostEvidence))
    self.repairs = repairs.map { CleaningStep($0) }
  }
}
