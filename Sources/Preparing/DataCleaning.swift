import DataQuality
import DataVersions
import Datasets
import Files
import Formats
import Glibc

/// Makes a new version of a data set by the repairs of a plan. The version before stays.
///
///     let cleaning = DataCleaning(of: version, by: plan, yaml: text)
///     for (step, count) in zip(plan.repairs, try cleaning.run(in: repository).changes) { print(step, count) }
///
/// Columns that were stored as written are understood afterwards, as those of a file are. Rows keep their ids.
package struct DataCleaning {
  package var source: DataVersion
  /// The data set that the version is made in: the source's, unless said otherwise.
  package var name: String
  package var plan: CleaningPlan
  /// As it was written.
  package var yaml: String
  package var note = ""
  package var program = ""

  package init(of source: DataVersion, by plan: CleaningPlan, yaml: String) {
    (self.source, self.name, self.plan, self.yaml) = (source, source.name, plan, yaml)
  }

  package struct Report {
    package var version: DataVersion
    package var isNew: Bool
    /// The cells, rows or columns that each repair changed.
    package var changes: [Int]
  }

  package func run(in repository: DataRepository) throws -> Report { try run(in: repository) { false }! }

  /// nil, and nothing is made, where `shouldStop` says so.
  package func run(in repository: DataRepository, shouldStop: () -> Bool) throws -> Report? {
    let names = source.idColumns
    let table = try source.table(reading: names, in: repository)
    if shouldStop() { return nil }
    let cleaned = try plan.apply(to: table)
    let ids = cleaned.rows.map { table.lines[$0] }
    if shouldStop() { return nil }
    let writer = try DataSetWriter(name, in: repository)
    var reading = source.reading
    if source.isAsWritten {
      let reader = try understood(cleaned.table)
      reading = reader.reading
      var rows = 0
      while let part = try reader.next() {
        try writer.append(
          part, kinds: reader.kinds, remarks: reader.warnings, ids: Array(ids[rows..<rows + part.rowCount]),
          bytes: source.byteColumns)
        rows += part.rowCount
      }
    } else {
      var kinds: [String: ColumnKind] = [:]
      for name in names where cleaned.table.names.contains(name) { kinds[name] = .id }
      try writer.append(cleaned.table, kinds: kinds, ids: ids, bytes: source.byteColumns)
    }
    if shouldStop() { return nil }
    let origin = DataVersionOrigin(
      parents: [.init(source)], steps: [.init(name: "clean", text: summary(cleaned.changes))], reading: reading,
      note: note, key: SHA256.hexadecimal(Array("clean\n\(source.sha256)\n\(yaml)".utf8)), program: program)
    let (version, isNew) = try writer.commit(origin)
    return Report(version: version, isNew: isNew, changes: cleaned.changes)
  }

  /// The texts of a table as a file's columns are understood.
  private func understood(_ table: Table) throws -> CSVReader {
    let spool = try TemporaryFile()
    let file = try OpenFile(spool.path, O_WRONLY | O_TRUNC, .create)
    var writer = CSVWriter { (bytes: [UInt8]) throws(any Error) in try file.writeAll(bytes, SystemCalls()) }
    try writer.row(table.names)
    for row in 0..<table.rowCount {
      for column in table.columns { writer.field(column.text(at: row) ?? "") }
      try writer.endRow()
    }
    try writer.flush()
    let request = TableRequest(delimiter: ",", decimal: .point, encoding: .utf8)
    return try CSVReader(
      spool.path, named: "\(source.reference)", request: request, like: nil, asWritten: false, wholeLimit: .max,
      chunkBytes: 0)
  }

  private func summary(_ changes: [Int]) -> String {
    zip(plan.repairs, changes).map { step, count in "\(type(of: step.repair).name): \(count)" }.joined(separator: ", ")
      + "\n" + yaml
  }
}
