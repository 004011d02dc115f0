import DataVersions
import Datasets

/// A version of a data set, of this store or another, a part at a time.
final class VersionReader: RowReader {
  let version: DataVersion
  private let repository: DataRepository
  private var part = 0

  init(_ version: DataVersion, in repository: DataRepository) {
    (self.version, self.repository) = (version, repository)
  }

  var findings: [ColumnFinding] {
    version.columns.map { column in
      ColumnFinding(
        name: column.name, reading: version.reading?.columns[column.name] ?? ColumnReading(kind: column.kind),
        reason: "recorded", missing: column.missing)
    }
  }
  var remarks: [String] { [] }
  var byteColumns: Set<String> { version.byteColumns }
  var reading: TableReading? { version.reading }

  func next() throws -> Table? {
    if part == version.parts.count { return nil }
    defer { part += 1 }
    return try version.table(reading: version.idColumns, part: part, in: repository)
  }

  func finish() -> RowSummary { RowSummary(sha256: version.sha256) }
}
