internal import CSQLite
import Datasets

/// The rows of a table or a query of SQLite. The database is opened for reading only.
final class SQLiteRecords: RecordSource {
  let columns: [String]
  private let path: String
  private let database: OpaquePointer
  private let statement: OpaquePointer
  private let kinds: [Kind]
  private let subject: String
  private var row = 0
  /// To step again would begin again.
  private var isFinished = false
  private var unread = UnreadBytes()

  /// What the table's definition says of a column, where the value's own type does not.
  private enum Kind { case any, flag, date }

  init(_ path: String, _ request: DatabaseRequest) throws(DataSourceError) {
    self.path = path
    var (database, statement): (OpaquePointer?, OpaquePointer?)
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK, let opened = database else {
      let problem = Self.problem(database)
      sqlite3_close_v2(database)
      throw DataSourceError(location: path, problem)
    }
    do throws(DataSourceError) {
      // What a hostile file could have run: functions in its views, other databases, pages without end.
      sqlite3_limit(opened, SQLITE_LIMIT_ATTACHED, 0)
      sqlite3_exec(opened, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", nil, nil, nil)
      sqlite3_busy_timeout(opened, 5_000)
      let query: String
      switch request {
      case .query(let text): (query, subject) = (text, "the query")
      case .table, .only:
        let name: String? = if case .table(let name) = request { name } else { nil }
        let table = try DatabaseRequest.table(name, among: try Self.tables(opened))
        (query, subject) = ("SELECT * FROM \(DatabaseRequest.quoted(table))", "table '\(table)'")
      }
      statement = try Self.prepared(query, opened)
      let count = sqlite3_column_count(statement)
      guard count > 0 else { throw DataSourceError("the query has no result: it must be a SELECT", status: .badUsage) }
      columns = distinctNames((0..<count).map { Self.string(sqlite3_column_name(statement, $0)) }).names
      kinds = (0..<count).map { Self.kind(Self.string(sqlite3_column_decltype(statement, $0))) }
    } catch {
      sqlite3_finalize(statement)
      sqlite3_close_v2(opened)
      throw error.of(path)
    }
    (self.database, self.statement) = (opened, statement!)
  }

  deinit {
    sqlite3_finalize(statement)
    sqlite3_close_v2(database)
  }

  var place: String { "row \(row) of \(subject)" }
  var remarks: [String] { [subject] + unread.remarks(columns) }

  func next(_ cells: inout [Cell]) throws(DataSourceError) -> Bool {
    if isFinished { return false }
    switch sqlite3_step(statement) {
    case SQLITE_ROW: break
    case SQLITE_DONE:
      isFinished = true
      return false
    default:
      isFinished = true
      throw DataSourceError(location: path, place: "after row \(row) of \(subject)", Self.problem(database))
    }
    row += 1
    cells.removeAll(keepingCapacity: true)
    for column in 0..<columns.count { cells.append(cell(column)) }
    return true
  }

  private func cell(_ column: Int) -> Cell {
    let place = Int32(column)
    switch sqlite3_column_type(statement, place) {
    case SQLITE_INTEGER:
      let value = sqlite3_column_int64(statement, place)
      return kinds[column] == .flag && (value == 0 || value == 1) ? .flag(value == 1) : .integer(value)
    case SQLITE_FLOAT: return .finite(sqlite3_column_double(statement, place))
    case SQLITE_TEXT:
      // nil where there is no memory to convert it.
      guard let start = sqlite3_column_text(statement, place) else { return .missing }
      let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, place)))
      if kinds[column] == .date, let seconds = ValueParsing.date(bytes) { return .date(seconds: seconds) }
      return .nonempty(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      unread.add(column: column)
      return .missing
    default: return .missing
    }
  }

  private static func tables(_ database: OpaquePointer) throws(DataSourceError) -> [String] {
    let statement = try prepared(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        + "ORDER BY name", database)
    defer { sqlite3_finalize(statement) }
    var names: [String] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        names.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
      case SQLITE_DONE: return names
      default: throw DataSourceError(problem(database))
      }
    }
  }

  /// Throws unless it is one statement that changes nothing.
  private static func prepared(_ query: String, _ database: OpaquePointer) throws(DataSourceError) -> OpaquePointer {
    var (statement, rest): (OpaquePointer?, String) = (nil, "")
    let code = query.withCString { text in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(database, text, -1, &statement, &tail)
      rest = string(tail)
      return code
    }
    guard code == SQLITE_OK else { throw DataSourceError(problem(database)) }
    guard let prepared = statement else { throw DataSourceError("the query is empty", status: .badUsage) }
    let isOne = rest.allSatisfy { $0.isWhitespace || $0 == ";" }
    guard isOne, sqlite3_stmt_readonly(prepared) != 0 else {
      sqlite3_finalize(prepared)
      throw DataSourceError(
        isOne
          ? "the query would change the database: it must be a SELECT" : "the query is several statements: write one",
        status: .badUsage)
    }
    return prepared
  }

  private static func kind(_ declared: String) -> Kind {
    let type = declared.uppercased()
    if type.hasPrefix("BOOL") { return .flag }
    return type.hasPrefix("DATE") || type.hasPrefix("TIMESTAMP") ? .date : .any
  }

  private static func problem(_ database: OpaquePointer?) -> String {
    "SQLite says: \(database.map { string(sqlite3_errmsg($0)) } ?? "out of memory")"
  }

  private static func string(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }
}
