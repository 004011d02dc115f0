import Datasets
import Files

extension DataRepository {
  /// The version that an address names: it begins with `data:`, or no file has that name and a data set has. nil for a file.
  package func version(at address: String) throws(DataRepositoryError) -> DataVersion? {
    let isExplicit = address.hasPrefix(DataSetReference.prefix)
    guard let reference = DataSetReference(address) else {
      if isExplicit { throw .badName(String(address.dropFirst(DataSetReference.prefix.count))) }
      return nil
    }
    if isExplicit { return try version(reference) }
    if Folder.holds(address) { return nil }
    return try names().contains(reference.name) ? try version(reference) : nil
  }
}

extension DataVersion {
  /// The rows, and what is known of the columns. Of the columns `ids`, names of rows have their values; numbers of `target`
  /// are kept as they are written, for they may be classes.
  package func understood(
    reading ids: Set<String>, target: String?, in repository: DataRepository
  ) throws(DataRepositoryError) -> (table: Table, findings: [ColumnFinding]) {
    var table = try table(reading: ids, in: repository)
    if let target, kinds[target] == .id { table = table.withWordsAsFound(target) }
    if let target { table = table.spelling(target) }
    let findings = zip(columns, table.columns).map { column, values in
      let reading = reading?.columns[column.name].flatMap { $0.kind == values.kind ? $0 : nil }
      return ColumnFinding(
        name: column.name, reading: reading ?? ColumnReading(kind: values.kind), reason: "recorded",
        missing: column.missing)
    }
    return (table, findings)
  }
}

extension Table {
  /// With the words of a column as numbers if all are, as categories if they repeat, else as texts.
  fileprivate func withWordsAsFound(_ name: String) -> Table {
    guard case .categories(let words)? = try? column(name) else { return self }
    return Table(
      names: names, columns: zip(names, columns).map { $0 == name ? words.asFound : $1 }, lines: lines)
  }
}
