import DataQuality
import DataVersions
import Datasets

extension Expectations {
  /// Throws `DataProblem` with what the rows break; `before`: how many rows came before them. Those of a source that is read in
  /// parts hold for each part. `references`: the tables that they name.
  func hold(for table: Table, after before: Int, of address: String, _ references: [String: Table]) throws {
    let failures = try check(table, references: references)
    guard let first = failures.first else { return }
    let rows = first.rows.prefix(10).map { "\(before + $0 + 1)" }.joined(separator: ", ")
    let place =
      rows.isEmpty ? "" : " (\(first.rowCount == 1 ? "row" : "rows") \(rows)\(first.rowCount > 10 ? ", …" : ""))"
    let more = failures.count > 1 ? "; and \(failures.count - 1) more" : ""
    throw DataProblem(
      "'\(address)' breaks \(failures.count == 1 ? "an expectation" : "expectations"): \(first.sentence)\(place)\(more)"
    )
  }

  /// The latest versions of the data sets, or the versions, that expectations name as tables.
  package func references(in repository: DataRepository) throws -> [String: Table] {
    var tables: [String: Table] = [:]
    for entry in expectations {
      let name =
        (entry.expectation as? ReferenceExpectation)?.table ?? (entry.expectation as? DriftExpectation)?.table
      guard let name, tables[name] == nil, let version = try repository.version(at: name) else { continue }
      tables[name] = try version.table(reading: version.idColumns, in: repository)
    }
    return tables
  }
}
