import Datasets
import Parquet

/// The rows of a Parquet file that anybody wrote, as tables.
///
///     let rows = try ParquetRows(path: "orders.parquet")
///     for group in 0..<rows.groupCount { print(try rows.table(groups: group..<group + 1, kinds: rows.kinds).rowCount) }
///
/// Numbers, decimals and durations are numbers, booleans are the categories `false` and `true`, dates and timestamps dates, strings
/// words. Columns of other types are left out.
package struct ParquetRows {
  private let file: ParquetFile
  /// The places of the columns that are read.
  private let places: [Int]
  /// What was left out and why, in a few words each.
  package let remarks: [String]

  package init(path: String) throws(DataRepositoryError) {
    file = try inParquet { () throws(ParquetError) in try ParquetFile(path: path) }
    var (places, remarks): ([Int], [String]) = ([], [])
    for (place, column) in file.columns.enumerated() {
      if let refusal = column.refusal {
        remarks.append("the column '\(column.name)' left out: \(refusal)")
      } else if column.name == DataVersion.rowIDs {
        remarks.append("the column '\(column.name)' left out: row ids are given anew")
      } else if ColumnKind(column.type) == nil {
        remarks.append("the column '\(column.name)' left out: it holds bytes")
      } else {
        places.append(place)
      }
    }
    (self.places, self.remarks) = (places, remarks)
  }

  package var names: [String] { places.map { file.columns[$0].name } }
  package var rowCount: Int { file.rowCount }
  package var groupCount: Int { file.rowGroupCount }
  package func rowCount(ofGroup group: Int) -> Int { file.rowCount(ofGroup: group) }

  /// By the types of the columns; words are texts.
  package var kinds: [String: ColumnKind] {
    Dictionary(
      places.map { (file.columns[$0].name, ColumnKind(file.columns[$0].type)!) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The rows of some row groups, with columns of these kinds; `lines` are the rows' places in the file, from 1.
  package func table(groups: Range<Int>, kinds: [String: ColumnKind]) throws(DataRepositoryError) -> Table {
    let count = groups.reduce(0) { $0 + file.rowCount(ofGroup: $1) }
    var columns: [Column] = []
    for place in places {
      let schema = file.columns[place]
      var growing = GrowingColumn(kinds[schema.name] ?? .text, rows: count)
      for group in groups where growing.isRead {
        let data = try inParquet { () throws(ParquetError) in
          try file.read(rowGroup: group, column: place, keepingDictionary: true)
        }
        do throws(StorageProblem) {
          try growing.append(data, schema.type)
        } catch {
          throw .unsuitable(column: schema.name, problem: error.text)
        }
      }
      columns.append(growing.column)
    }
    let first = (0..<groups.lowerBound).reduce(0) { $0 + file.rowCount(ofGroup: $1) }
    return Table(names: names, columns: columns, lines: Array(first + 1..<first + count + 1))
  }
}

extension ColumnKind {
  /// Of the values of a Parquet column; nil for bytes that are no text.
  fileprivate init?(_ type: ColumnType) {
    switch (type.physical, type.logical) {
    case (_, .date), (_, .timestamp), (.int96, _): self = .date
    case (.boolean, _): self = .category
    case (.int32, _), (.int64, _), (.float, _), (.double, _), (_, .decimal), (_, .float16): self = .number
    case (.byteArray, .bson): return nil
    case (.byteArray, _): self = .text
    case (.fixedLengthByteArray, _): return nil
    }
  }
}
