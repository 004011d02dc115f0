import Datasets
import Parquet

/// Columns of bytes that are stored: their values are read from the places that a table has, some rows at a time.
final class StoredBytes {
  private let columns: [(place: Int, words: Words?)]
  private let reader: [ByteReader]
  /// Of the rows that were taken last, by the columns' places.
  private(set) var data: [Int: ColumnData] = [:]
  /// A part has as many bytes or a few more.
  private static let most = 32 << 20

  init(_ columns: [(Int, Column)]) {
    self.columns = columns.map { place, column in
      switch column {
      case .categories(let words), .texts(let words): (place, words)
      default: (place, nil)
      }
    }
    reader = columns.map { _ in ByteReader() }
  }

  /// Reads the values of rows from `start` on; returns where it has enough, at the latest at `end`.
  func take(from start: Int, to end: Int) throws(DataRepositoryError) -> Int {
    data = [:]
    if columns.isEmpty { return end }
    var strings = columns.map { _ in ByteStrings() }
    var validity: [[Bool]] = columns.map { _ in [] }
    var (row, size) = (start, 0)
    while row < end, size < Self.most {
      for (index, column) in columns.enumerated() {
        let value = try column.words?[row].map { (text) throws(DataRepositoryError) in try bytes(text, index) } ?? nil
        strings[index].append(value ?? [])
        validity[index].append(value != nil)
        size += value?.count ?? 0
      }
      row += 1
    }
    for (index, column) in columns.enumerated() {
      let isWhole = validity[index].allSatisfy { $0 }
      data[column.place] = ColumnData(.strings(strings[index]), validity: isWhole ? nil : validity[index])
    }
    return row
  }

  private func bytes(_ text: String, _ index: Int) throws(DataRepositoryError) -> ArraySlice<UInt8>? {
    guard let reference = ByteReference(text) else {
      throw .unsuitable(column: text, problem: "it is no place of bytes")
    }
    return try inParquet { () throws(ParquetError) in try reader[index].bytes(reference) }
  }
}
