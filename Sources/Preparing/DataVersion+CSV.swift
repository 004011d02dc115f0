import DataVersions
import Formats

extension DataVersion {
  /// Hands the rows on as CSV, a part of the version at a time. `wanted`: only these columns; nil for all. `withIDs`: the rows' ids
  /// are the first column, `_row`. Returns false where `shouldStop` cut it short.
  @discardableResult
  package func writeCSV(
    columns wanted: Set<String>? = nil, withIDs: Bool = false, in repository: DataRepository,
    shouldStop: () -> Bool = { false }, to sink: ([UInt8]) throws -> Void
  ) throws -> Bool {
    let shown = columns.filter { wanted?.contains($0.name) ?? true }
    return try withoutActuallyEscaping(sink) { sink in
      var writer = CSVWriter { (bytes: [UInt8]) throws(any Error) in try sink(bytes) }
      try writer.row((withIDs ? [DataVersion.rowIDs] : []) + shown.map(\.name))
      for part in parts.indices {
        if shouldStop() { return false }
        let rows = try table(columns: wanted, reading: idColumns, part: part, in: repository)
        for row in 0..<rows.rowCount {
          if withIDs { writer.field("\(rows.lines[row])") }
          for column in rows.columns { writer.field(column.text(at: row) ?? "") }
          try writer.endRow()
        }
      }
      try writer.flush()
      return true
    }
  }
}
