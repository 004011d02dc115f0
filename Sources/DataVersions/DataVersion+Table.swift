import Datasets
import Parquet

extension DataVersion {
  /// The column with the ids of rows, in every part.
  package static let rowIDs = "_row"

  /// The rows as a table, whose `lines` are the rows' ids. Names of rows have no values, but for those of `reading`, which are
  /// read as words. `columns`: only these, in the order of the version; nil for all. `part`: only the rows of this part, from 0.
  package func table(
    columns wanted: Set<String>? = nil, reading ids: Set<String> = [], part: Int? = nil, in repository: DataRepository
  ) throws(DataRepositoryError) -> Table {
    let shown = columns.filter { wanted?.contains($0.name) ?? true }
    let parts = part.map { [self.parts[$0]] } ?? self.parts
    let rows = parts.reduce(0) { $0 + $1.rows }
    var growing = shown.map { GrowingColumn(ids.contains($0.name) && $0.kind == .id ? .category : $0.kind, rows: rows) }
    let read = growing.indices.filter { growing[$0].isRead }
    let bytes = read.map { shown[$0].bytes == true }
    var lines: [Int] = []
    lines.reserveCapacity(rows)
    for part in parts {
      let path = DataSet(name: name, in: repository).path(of: part)
      var row = 0
      try self.read(part, zip(read, bytes).map { (shown[$0].name, $1) }, repository) {
        (ids, values) throws(DataRepositoryError) in
        lines += ids
        defer { row += ids.count }
        for ((index, isBytes), value) in zip(zip(read, bytes), values) {
          if isBytes {
            growing[index].append(placesIn: path, column: shown[index].name, from: row, ids.count, value?.data.validity)
            continue
          }
          guard let value else { continue }
          do throws(StorageProblem) {
            try growing[index].append(value.data, value.type)
          } catch {
            throw .damaged(path: part.sha256 + ".parquet", problem: "column '\(shown[index].name)': \(error.text)")
          }
        }
      }
    }
    return Table(names: shown.map(\.name), columns: growing.map(\.column), lines: lines)
  }

  /// Names of columns, to be read. Throws for one that is not there.
  package func columns(named names: [String]) throws(DataRepositoryError) -> Set<String> {
    for name in names where !columns.contains(where: { $0.name == name }) {
      throw .data(.missingColumn(name, present: columns.map(\.name)))
    }
    return Set(names)
  }

  /// Hands each row group of a part on: the ids of its rows, and the values of some columns, but not bytes of which all rows have
  /// some.
  private func read(
    _ part: Part, _ columns: [(name: String, isBytes: Bool)], _ repository: DataRepository,
    _ body: (_ ids: [Int], _ values: [(data: ColumnData, type: ColumnType)?]) throws(DataRepositoryError) -> Void
  ) throws(DataRepositoryError) {
    let path = DataSet(name: name, in: repository).path(of: part)
    let file = try inParquet { () throws(ParquetError) in try ParquetFile(path: path) }
    guard file.rowCount == part.rows else {
      throw .damaged(path: path, problem: "it has \(file.rowCount) rows, and the manifest says \(part.rows)")
    }
    func place(_ name: String) throws(DataRepositoryError) -> Int {
      guard let index = file.columns.firstIndex(where: { $0.name == name }) else {
        throw .damaged(path: path, problem: "it has no column '\(name)'")
      }
      return index
    }
    let idPlace = try place(Self.rowIDs)
    var places: [Int] = []
    for column in columns { places.append(try place(column.name)) }
    for group in 0..<file.rowGroupCount {
      let (ids, values) = try inParquet { () throws(ParquetError) in
        var values: [(data: ColumnData, type: ColumnType)?] = []
        for (place, column) in zip(places, columns) {
          if column.isBytes, file.statistics(rowGroup: group, column: place)?.nullCount == 0 {
            values.append(nil)
            continue
          }
          let data = try file.read(rowGroup: group, column: place, keepingDictionary: true)
          values.append((data, file.columns[place].type))
        }
        return (try file.read(rowGroup: group, column: idPlace).integers(file.columns[idPlace].type), values)
      }
      guard let ids else { throw .damaged(path: path, problem: "its row ids are no whole numbers") }
      try body(ids.map { Int($0) }, values)
    }
  }
}
