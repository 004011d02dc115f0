import DataSources
import Interchange

/// Small tables of MLflow's database, whose columns are not the same in all its versions.
struct MLflowRows {
  let database: SQLiteDatabase
  let path: String
  private let tables: Set<String>

  init(_ path: String) throws(ImportError) {
    self.path = path
    (database, tables) = try Self.reading(path) { () throws(DataSourceError) in
      let database = try SQLiteDatabase(path)
      return (database, Set(try database.tables()))
    }
    guard tables.isSuperset(of: ["experiments", "runs", "metrics", "params", "tags"]) else {
      throw ImportError(path: path, reason: "this is a database of SQLite, but not MLflow's")
    }
  }

  struct Row {
    fileprivate var values: [String: (text: String, integer: Int64)] = [:]

    func text(_ column: String) -> String? { values[column]?.text }
    func integer(_ column: String) -> Int? { values[column].map { Int($0.integer) } }
  }

  func holds(_ table: String) -> Bool { tables.contains(table) }

  /// The rows of a table, or those with a value in a column; none where there is no such table.
  func rows(
    _ table: String, where column: String? = nil, is value: SQLiteStatement.Parameter? = nil,
    and condition: String = ""
  ) throws(ImportError) -> [Row] {
    guard holds(table) else { return [] }
    return try Self.reading(path) { () throws(DataSourceError) in
      let filter = column.map { " WHERE \($0) = ?\(condition)" } ?? ""
      let statement = try database.statement("SELECT * FROM \(table)\(filter) ORDER BY rowid")
      let columns = statement.columns
      if let value { try statement.bind([value]) }
      var rows: [Row] = []
      while try statement.step() {
        var row = Row()
        for (place, column) in columns.enumerated() where statement.kind(place) != .null {
          row.values[column] = (statement.text(place), statement.integer(place))
        }
        rows.append(row)
      }
      return rows
    }
  }

  /// Pairs of a key and a value.
  func pairs(
    _ table: String, where column: String, is value: SQLiteStatement.Parameter, key: String = "key",
    value name: String = "value", and condition: String = ""
  ) throws(ImportError) -> [String: String] {
    let rows = try rows(table, where: column, is: value, and: condition)
    return Dictionary(rows.compactMap { row in row.text(key).map { ($0, row.text(name) ?? "") } }) { $1 }
  }

  static func reading<Result>(
    _ path: String, _ body: () throws(DataSourceError) -> Result
  ) throws(ImportError) -> Result {
    do throws(DataSourceError) { return try body() } catch {
      throw ImportError(path: path, reason: "it cannot be read as a database: \(error.problem)")
    }
  }
}
