import Datasets

/// The rows of a source, a part at a time, with what was found of its columns. A kind of source is a file in this folder.
protocol RowReader: AnyObject {
  /// What was found in each column, of the first rows where there are many.
  var findings: [ColumnFinding] { get }
  /// How the source is written, in a few words each.
  var remarks: [String] { get }
  /// How text became values; nil for a source whose values have types.
  var reading: TableReading? { get }
  /// Columns whose texts say where values of bytes are (`ByteReference`).
  var byteColumns: Set<String> { get }
  /// The next rows, with the values of names of rows; nil at the end.
  func next() throws -> Table?
  /// What is known at the end. Throws where what was found of the first rows does not hold for all.
  func finish() throws -> RowSummary
}

/// What is known of rows when all have been read.
struct RowSummary {
  /// Of the bytes that were read; nil where there are none, as of a database.
  var sha256: String?
  /// Values of another kind than their column, which count as missing.
  var oddValues: [String: Int] = [:]
}

extension RowReader {
  var byteColumns: Set<String> { [] }

  /// By the findings.
  var kinds: [String: ColumnKind] {
    Dictionary(findings.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
  }

  /// What is odd about each column, a sentence each.
  var warnings: [String: [String]] {
    Dictionary(findings.map { ($0.name, $0.warnings) }, uniquingKeysWith: { first, _ in first })
  }
}
