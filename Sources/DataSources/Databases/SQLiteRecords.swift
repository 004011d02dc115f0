import Datasets

/// The rows of a table or a query of SQLite.
final class SQLiteRecords: RecordSource {
  let columns: [String]
  private let path: String
  private let statement: SQLiteStatement
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
    let database = try SQLiteDatabase(path)
    do throws(DataSourceError) {
      let query: String
      switch request {
      case .query(let text): (query, subject) = (text, "the query")
      case .table, .only:
        let name: String? = if case .table(let name) = request { name } else { nil }
        let table = try DatabaseRequest.table(name, among: try database.tables())
        (query, subject) = ("SELECT * FROM \(DatabaseRequest.quoted(table))", "table '\(table)'")
      }
      statement = try database.statement(query)
    } catch {
      throw error.of(path)
    }
    guard !statement.columns.isEmpty else {
      throw DataSourceError(location: path, "the query has no result: it must be a SELECT", status: .badUsage)
    }
    columns = distinctNames(statement.columns).names
    kinds = statement.declaredTypes.map(Self.kind)
  }

  var place: String { "row \(row) of \(subject)" }
  var remarks: [String] { [subject] + unread.remarks(columns) }

  func next(_ cells: inout [Cell]) throws(DataSourceError) -> Bool {
    if isFinished { return false }
    do throws(DataSourceError) {
      isFinished = try !statement.step()
    } catch {
      isFinished = true
      throw error.of(path, place: "after row \(row) of \(subject)")
    }
    if isFinished { return false }
    row += 1
    cells.removeAll(keepingCapacity: true)
    for column in 0..<columns.count { cells.append(cell(column)) }
    return true
  }

  private func cell(_ column: Int) -> Cell {
    switch statement.kind(column) {
    case .integer:
      let value = statement.integer(column)
      return kinds[column] == .flag && (value == 0 || value == 1) ? .flag(value == 1) : .integer(value)
    case .number: return .finite(statement.number(column))
    case .text:
      if kinds[column] == .date, let seconds = statement.withText(column, ValueParsing.date) {
        return .date(seconds: seconds)
      }
      return .nonempty(statement.text(column))
    case .bytes:
      unread.add(column: column)
      return .missing
    case .null: return .missing
    }
  }

  private static func kind(_ declared: String) -> Kind {
    let type = declared.uppercased()
    if type.hasPrefix("BOOL") { return .flag }
    return type.hasPrefix("DATE") || type.hasPrefix("TIMESTAMP") ? .date : .any
  }
}
