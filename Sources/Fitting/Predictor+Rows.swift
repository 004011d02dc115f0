import DataVersions
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
    let (names, remarks) = (chunks.names, chunks.remarks)
    return try predict(path, names, remarks, joining: joining, to: sink) { () throws(DatasetError) in
      try chunks.next(Self.chunk, keepingTexts: joining)
    }
  }

  /// Predicts the rows of a file, or of a version of a data set of the store in the folder `store`: `data:orders@2`, or `orders@2`
  /// where no file has that name.
  ///
  /// Throws as for a file, `DataRepositoryError` for a version, and `ConfigurationError` where `request` says how a version is
  /// written.
  public func predict(
    _ address: String, storeAt store: String, joining: Bool = false, request: TableRequest = TableRequest(),
    to sink: @escaping ([UInt8]) throws -> Void
  ) throws -> Summary {
    let repository = DataRepository(store: store)
    guard let version = try repository.version(at: address) else {
      return try predict(csv: address, joining: joining, request: request, to: sink)
    }
    if request != TableRequest() {
      throw ConfigurationError(
        "how the columns of \(version.reference) are read is recorded with it: leave out such options")
    }
    let wanted = joining ? nil : Set(inputs)
    var (part, row, rows) = (0, 0, Table([]))
    return try predict(address, version.columns.map(\.name), [], joining: joining, to: sink) { () throws in
      while row == rows.rowCount {
        if part == version.parts.count { return nil }
        rows = try version.table(columns: wanted, reading: version.idColumns, part: part, in: repository)
        (part, row) = (part + 1, 0)
      }
      let some = row..<min(row + Self.chunk, rows.rowCount)
      row = some.upperBound
      let table = rows.rows(Array(some))
      let texts = joining ? some.map { row in rows.columns.map { $0.text(at: row) ?? "" } } : []
      return TableChunks.Chunk(table: table, texts: texts, findings: [])
    }
  }

  /// Predicts rows that `next` hands on a few at a time, of columns `names`.
  private func predict(
    _ address: String, _ names: [String], _ remarks: [String], joining: Bool,
    to sink: @escaping ([UInt8]) throws -> Void, next: () throws -> TableChunks.Chunk?
  ) throws -> Summary {
    for name in inputs where !names.contains(name) {
      throw DataFileError(path: address, reason: .missingColumn(name, present: candidates(among: names)))
    }
    if joining, let name = columns.first(where: names.contains) {
      throw ConfigurationError("'\(address)' has a column '\(name)' already: rename it, or do not join")
    }
    var writer = CSVWriter { (bytes: [UInt8]) throws(any Error) in try sink(bytes) }
    try writer.row((joining ? names : []) + columns)
    var summary = Summary()
    summary.remarks = remarks
    while let chunk = try DataFileError.naming(address, next) {
      let (predictions, unseen) = try DataFileError.naming(address) {
        let table = try ensemble.first.prepared(chunk.table)
        let unseen = preprocessing.unseenCounts(in: table)
        return (try ensemble.hasSeveral ? predict(chunk.table) : predict(prepared: table), unseen)
      }
      for (row, prediction) in predictions.enumerated() {
        if joining { for text in chunk.texts[row] { writer.field(text) } }
        for value in prediction { writer.field(value) }
        try writer.endRow()
      }
      summary.rows += predictions.count
      summary.unseenCategories.merge(unseen) { $0 + $1 }
      for finding in chunk.findings where finding.oddCount > 0 {
        summary.oddValues[finding.name, default: 0] += finding.oddCount
        if summary.firstOddValues[finding.name] == nil { summary.firstOddValues[finding.name] = finding.firstOddValue }
      }
    }
    try writer.flush()
    return summary
  }

  /// What a column that is lacking may be called in the file: neither the target nor a column that the model has found.
  private func candidates(among names: [String]) -> [String] {
    let found = Set(inputs + [preprocessing.target?.column].compactMap { $0 })
    return names.filter { !found.contains($0) }
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
