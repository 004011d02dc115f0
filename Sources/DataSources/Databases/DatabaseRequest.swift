import Settings

/// What is read of a database: a table or a query, from the address or the options.
enum DatabaseRequest {
  case table(String)
  case query(String)
  /// The only table there is.
  case only

  init(_ location: DataLocation, _ options: SourceOptions) throws(DataSourceError) {
    let tables = [location.parameters["table"], options.table].compactMap(\.self)
    let queries = [location.parameters["query"], options.query].compactMap(\.self)
    switch (tables.count, queries.count) {
    case (1, 0): self = .table(tables[0])
    case (0, 1): self = .query(queries[0])
    case (0, 0): self = .only
    default:
      throw DataSourceError(location: location.redacted, "name one table or one query, not several", status: .badUsage)
    }
  }

  /// The table of this name among those there are. Throws a sentence with the nearest, or with all of them.
  static func table(_ name: String?, among names: [String]) throws(DataSourceError) -> String {
    let list = names.isEmpty ? "it has none" : "its tables are \(names.prefix(20).joined(separator: ", "))"
    guard let name else {
      if names.count == 1 { return names[0] }
      throw DataSourceError("name a table or a query, as in ?table=…: \(list)", status: .badUsage)
    }
    if names.contains(name) { return name }
    let folded = names.filter { $0.lowercased() == name.lowercased() }
    if folded.count == 1 { return folded[0] }
    throw DataSourceError(
      "there is no table '\(name)'\(didYouMean(name, among: names) ?? ": \(list)")", status: .badUsage)
  }

  /// In SQL.
  static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
}

/// Values of bytes are counted by column and not read.
struct UnreadBytes {
  private var counts: [Int: Int] = [:]

  mutating func add(column: Int) { counts[column, default: 0] += 1 }

  func remarks(_ columns: [String]) -> [String] {
    counts.sorted { $0.key < $1.key }.map {
      "column '\(columns[$0.key])': \(counted($0.value, "value")) of bytes read as missing"
    }
  }
}
