internal import CSQLite

/// A database of SQLite, open for reading only. Nothing that a hostile file brings along is run.
///
///     let database = try SQLiteDatabase("mlflow.db")
///     let runs = try database.statement("SELECT run_uuid FROM runs WHERE experiment_id = ?")
///     try runs.bind([.integer(1)])
///     while try runs.step() { print(runs.text(0)) }
package final class SQLiteDatabase {
  private let database: OpaquePointer

  package init(_ path: String) throws(DataSourceError) {
    var database: OpaquePointer?
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK, let opened = database else {
      let problem = Self.problem(database)
      sqlite3_close_v2(database)
      throw DataSourceError(location: path, problem)
    }
    // What a hostile file could have run: functions in its views, other databases, pages without end.
    sqlite3_limit(opened, SQLITE_LIMIT_ATTACHED, 0)
    sqlite3_exec(opened, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", nil, nil, nil)
    sqlite3_busy_timeout(opened, 5_000)
    self.database = opened
  }

  // Statements that are still there keep what they need of it.
  deinit { sqlite3_close_v2(database) }

  /// The names of tables and views, sorted.
  package func tables() throws(DataSourceError) -> [String] {
    let statement = try statement(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        + "ORDER BY name")
    var names: [String] = []
    while try statement.step() { names.append(statement.text(0)) }
    return names
  }

  /// Throws unless it is one statement that changes nothing.
  package func statement(_ query: String) throws(DataSourceError) -> SQLiteStatement {
    var (statement, rest): (OpaquePointer?, String) = (nil, "")
    let code = query.withCString { text in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(database, text, -1, &statement, &tail)
      rest = Self.string(tail)
      return code
    }
    guard code == SQLITE_OK else { throw DataSourceError(Self.problem(database)) }
    guard let prepared = statement else { throw DataSourceError("the query is empty", status: .badUsage) }
    let isOne = rest.allSatisfy { $0.isWhitespace || $0 == ";" }
    guard isOne, sqlite3_stmt_readonly(prepared) != 0 else {
      sqlite3_finalize(prepared)
      throw DataSourceError(
        isOne
          ? "the query would change the database: it must be a SELECT" : "the query is several statements: write one",
        status: .badUsage)
    }
    return SQLiteStatement(prepared, of: self)
  }

  fileprivate var problem: String { Self.problem(database) }

  private static func problem(_ database: OpaquePointer?) -> String {
    "SQLite says: \(database.map { string(sqlite3_errmsg($0)) } ?? "out of memory")"
  }

  fileprivate static func string(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }
}

/// A query and the row that it stands at. Columns count from 0; texts and numbers of other columns' kinds are as SQLite
/// converts them, of NULL empty and 0.
package final class SQLiteStatement {
  package enum Kind { case null, integer, number, text, bytes }
  package enum Parameter { case integer(Int64), text(String) }

  private let statement: OpaquePointer
  private let database: SQLiteDatabase

  fileprivate init(_ statement: OpaquePointer, of database: SQLiteDatabase) {
    (self.statement, self.database) = (statement, database)
  }

  deinit { sqlite3_finalize(statement) }

  package var columns: [String] {
    (0..<sqlite3_column_count(statement)).map { SQLiteDatabase.string(sqlite3_column_name(statement, $0)) }
  }

  package var declaredTypes: [String] {
    (0..<sqlite3_column_count(statement)).map { SQLiteDatabase.string(sqlite3_column_decltype(statement, $0)) }
  }

  /// Begins again with these values in the places of the question marks.
  package func bind(_ parameters: [Parameter]) throws(DataSourceError) {
    sqlite3_reset(statement)
    for (place, parameter) in parameters.enumerated() {
      let code =
        switch parameter {
        case .integer(let value): sqlite3_bind_int64(statement, Int32(place + 1), value)
        case .text(let text):
          // SQLite copies it: the destructor is SQLITE_TRANSIENT.
          sqlite3_bind_text(
            statement, Int32(place + 1), text, Int32(clamping: text.utf8.count),
            unsafeBitCast(-1, to: sqlite3_destructor_type.self))
        }
      guard code == SQLITE_OK else { throw DataSourceError(database.problem) }
    }
  }

  /// Goes to the next row; false where there is none.
  package func step() throws(DataSourceError) -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw DataSourceError(database.problem)
    }
  }

  package func kind(_ column: Int) -> Kind {
    switch sqlite3_column_type(statement, Int32(column)) {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .number
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .bytes
    default: .null
    }
  }

  package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }
  package func number(_ column: Int) -> Double { sqlite3_column_double(statement, Int32(column)) }

  package func text(_ column: Int) -> String { withText(column) { String(decoding: $0, as: UTF8.self) } }

  /// A text's bytes, as long as the row stands; empty where there is no memory to convert it.
  package func withText<Result>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    let start = sqlite3_column_text(statement, Int32(column))
    let count = start == nil ? 0 : Int(sqlite3_column_bytes(statement, Int32(column)))
    return body(UnsafeBufferPointer(start: start, count: count))
  }
}
