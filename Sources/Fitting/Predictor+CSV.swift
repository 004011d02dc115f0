import Datasets
import Formats
import Foundation
import Runs
import Telemetry
import Tracker

extension Predictor {
  /// The result of predicting a file: how many rows, and what was odd about them.
  ///
  /// ```swift
  /// import Tracker
  ///
  /// func predict(_ path: String, with model: Predictor) throws {
  ///   let summary = try model.predict(csv: path) { _ in }
  ///   for (column, count) in summary.unseenCategories { print("\(column): \(count) values were not in the training rows") }
  /// }
  /// ```
  public struct Summary: Hashable, Sendable {
    public var rows = 0
    /// How many values of each column's categories were not there when the model was fitted.
    public var unseenCategories: [String: Int] = [:]
    /// How many values of each column of numbers or dates are something else, and count as missing.
    public var oddValues: [String: Int] = [:]
    /// The first of them: `'big' (line 3)`.
    public var firstOddValues: [String: String] = [:]
    /// What is unusual about the way the file is written, and was found out.
    public var remarks: [String] = []
  }

  /// Rows that are predicted together.
  private static let chunk = 256

  /// Predicts the rows of a CSV file and hands CSV on: a header, then a line a row in the same order.
  ///
  /// A chunk of the file is held at a time. How the file is written is found out, but for what `request` says; its columns
  /// mean what they meant when the model was fitted. Those that the model does not need are passed over, or, where
  /// `joining`, handed on before the predicted ones with every field as it stands.
  /// Throws `DataFileError`, `ConfigurationError` where a joined column has the name of a predicted one, and what `sink`
  /// throws.
  public func predict(
    csv path: String, joining: Bool = false, request: TableRequest = TableRequest(),
    to sink: @escaping ([UInt8]) throws -> Void
  ) throws -> Summary {
    var reading = reading
    reading.missing = reading.missing.adding(asked: request.missing, refused: request.notMissing)
    let isFirst = format.isOfFirstRules
    if isFirst { reading.format.apply(request) }
    let (wanted, asking) = (reading, isFirst ? nil : request)
    var chunks = try DataFileError.naming(path) { () throws(DatasetError) in
      try TableChunks(csv: path, reading: wanted, request: asking)
    }
    for column in preprocessing.columns where !chunks.names.contains(column.name) {
      throw DataFileError(path: path, reason: .missingColumn(column.name, present: candidates(among: chunks.names)))
    }
    if joining, let name = columns.first(where: chunks.names.contains) {
      throw ConfigurationError("'\(path)' has a column '\(name)' already: rename it, or do not join")
    }
    var writer = CSVWriter { (bytes: [UInt8]) throws(any Error) in try sink(bytes) }
    try writer.row((joining ? chunks.names : []) + columns)
    var summary = Summary()
    summary.remarks = chunks.remarks
    while let (texts, predictions, unseen, findings) = try next(&chunks, of: path, joining: joining) {
      for (row, prediction) in predictions.enumerated() {
        if joining { for text in texts[row] { writer.field(text) } }
        for value in prediction { writer.field(value) }
        try writer.endRow()
      }
      summary.rows += predictions.count
      summary.unseenCategories.merge(unseen) { $0 + $1 }
      for finding in findings where finding.oddCount > 0 {
        summary.oddValues[finding.name, default: 0] += finding.oddCount
        if summary.firstOddValues[finding.name] == nil { summary.firstOddValues[finding.name] = finding.firstOddValue }
      }
    }
    try writer.flush()
    return summary
  }

  /// What a column that is lacking may be called in the file: neither the target nor a column that the model has found.
  private func candidates(among names: [String]) -> [String] {
    let found = Set(preprocessing.columns.map(\.name) + [preprocessing.target?.column].compactMap { $0 })
    return names.filter { !found.contains($0) }
  }

  private func next(
    _ chunks: inout TableChunks, of path: String, joining: Bool
  ) throws(DataFileError) -> (
    texts: [[String]], predictions: [[Value]], unseen: [String: Int], findings: [ColumnFinding]
  )? {
    do throws(DatasetError) {
      guard let chunk = try chunks.next(Self.chunk, keepingTexts: joining) else { return nil }
      return (chunk.texts, try predict(chunk.table), preprocessing.unseenCounts(in: chunk.table), chunk.findings)
    } catch {
      throw DataFileError(path: path, reason: error)
    }
  }
}

extension CSVWriter {
  fileprivate mutating func field(_ value: Predictor.Value) {
    switch value {
    case .label(let text): field(text)
    case .integer(let number): field(number)
    // The shortest decimal that reads back as the same single-precision number.
    case .number(let number):
      field(number.isFinite && number == number.rounded() ? shortest(Double(number)) : "\(number)")
    }
  }
}
