import Datasets

/// The rows of a table or a query of PostgreSQL, one at a time, in a session that can only read.
final class PostgreSQLRecords: RecordSource {
  let columns: [String]
  private let location: String
  private let connection: PostgreSQLConnection
  private let types: [UInt32]
  private let subject: String
  /// The first row, which came with the columns.
  private var waiting: PostgreSQLResult?
  private var row = 0
  private var unread = UnreadBytes()

  init(_ location: DataLocation, _ request: DatabaseRequest) throws(DataSourceError) {
    self.location = location.redacted
    var parameters = location.otherParameters
    if location.parameters["connect_timeout"] == nil { parameters.append("connect_timeout=10") }
    if location.parameters["application_name"] == nil { parameters.append("application_name=rlrun") }
    connection = try PostgreSQLConnection("postgresql:\(location.path)?\(parameters.joined(separator: "&"))")
    for setting in [
      "default_transaction_read_only = on", "datestyle = 'ISO'", "timezone = 'UTC'", "client_encoding = 'UTF8'",
      "standard_conforming_strings = on",
    ] {
      _ = try connection.values("SET \(setting)")
    }
    switch request {
    case .query(let text):
      try connection.send(text)
      subject = "the query"
    case .table, .only:
      let name: String? = if case .table(let name) = request { name } else { nil }
      let (table, reference) = try Self.table(name, connection)
      try connection.send("SELECT * FROM \(reference)")
      subject = "table '\(table)'"
    }
    guard let first = try connection.next(), first.columnCount > 0 else {
      throw DataSourceError("the query has no result: it must be a SELECT", status: .badUsage)
    }
    columns = distinctNames((0..<first.columnCount).map(first.name)).names
    types = (0..<first.columnCount).map(first.type)
    waiting = first
  }

  /// Of the tables that a user can see, those outside of `public` with their schema.
  private static func table(
    _ name: String?, _ connection: PostgreSQLConnection
  ) throws(DataSourceError) -> (name: String, reference: String) {
    let found = try connection.values(
      """
      SELECT CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE quote_ident(n.nspname) END || chr(1) || c.relname
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
      ORDER BY 1
      """)
    var references: [String: String] = [:]
    let names = found.map { entry in
      let schema = entry.prefix { $0 != "\u{1}" }
      let table = String(entry.dropFirst(schema.count + 1))
      let name = schema.isEmpty ? table : "\(schema).\(table)"
      references[name] = (schema.isEmpty ? "" : "\(schema).") + DatabaseRequest.quoted(table)
      return name
    }
    // A schema may be named although it need not be.
    let wanted = name.map { $0.hasPrefix("public.") && !names.contains($0) ? String($0.dropFirst(7)) : $0 }
    let table = try DatabaseRequest.table(wanted, among: names)
    return (table, references[table]!)
  }

  var place: String { "row \(row) of \(subject)" }
  var remarks: [String] { [subject] + unread.remarks(columns) }

  func next(_ cells: inout [Cell]) throws(DataSourceError) -> Bool {
    do throws(DataSourceError) {
      var result = waiting
      waiting = nil
      if result == nil { result = try connection.next() }
      // The end of the rows is a result of none.
      guard let result, result.hasRow else { return false }
      row += 1
      cells.removeAll(keepingCapacity: true)
      for column in columns.indices { cells.append(cell(result, column)) }
      return true
    } catch {
      throw error.of(location, place: "after row \(row) of \(subject)")
    }
  }

  private func cell(_ result: PostgreSQLResult, _ column: Int) -> Cell {
    guard let bytes = result.bytes(column) else { return .missing }
    switch types[column] {
    case 16: return .flag(bytes.first == UInt8(ascii: "t"))
    // bigint, smallint, integer, oid
    case 20, 21, 23, 26: return Int64(String(decoding: bytes, as: UTF8.self)).map { .integer($0) } ?? .missing
    // real, double precision; NaN and the infinities are no numbers to ValueParsing.
    case 700, 701: return ValueParsing.number(bytes).map { .number($0) } ?? .missing
    case 1700:
      if let integer = Int64(String(decoding: bytes, as: UTF8.self)) { return .integer(integer) }
      return ValueParsing.number(bytes).map { .number($0) } ?? .missing
    // date, timestamp, timestamp with time zone; before Christ, after the year 9999 and infinite it is a text.
    case 1082, 1114, 1184:
      return ValueParsing.date(bytes).map { .date(seconds: $0) } ?? .text(String(decoding: bytes, as: UTF8.self))
    // bytea
    case 17:
      unread.add(column: column)
      return .missing
    default: return .nonempty(String(decoding: bytes, as: UTF8.self))
    }
  }
}
