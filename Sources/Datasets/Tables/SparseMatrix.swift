/// A matrix of which most elements are zero: the others are kept row by row (compressed sparse rows, CSR). Use it for counts of
/// words and other features of which a row has few.
///
/// ```swift
/// var counts = SparseMatrix(columns: 1000)
/// counts.append(row: [(column: 7, value: 2), (column: 3, value: 1)])
/// print(counts.rows, counts.values.count, counts.indices)  // 1 2 [3, 7]
/// ```
public struct SparseMatrix: Hashable, Sendable {
  public let columns: Int
  /// Row i has the elements `offsets[i] ..< offsets[i + 1]`.
  public private(set) var offsets: [Int] = [0]
  /// The columns of the elements, ascending in each row.
  public private(set) var indices: [Int32] = []
  public private(set) var values: [Double] = []

  /// Without a row. Traps unless 0 ≤ columns < 2³¹.
  public init(columns: Int) {
    precondition(columns >= 0 && columns <= Int(Int32.max), "a sparse matrix cannot have \(columns) columns")
    self.columns = columns
  }

  /// Of its parts. Traps where their lengths do not fit; the indices are to be ascending columns in each row.
  package init(columns: Int, offsets: [Int], indices: [Int32], values: [Double]) {
    self.init(columns: columns)
    precondition(
      offsets.first == 0 && offsets.last == values.count && indices.count == values.count,
      "\(indices.count) indices and \(values.count) values, of \(offsets.last ?? 0)")
    (self.offsets, self.indices, self.values) = (offsets, indices, values)
  }

  public var rows: Int { offsets.count - 1 }
  /// The number of elements that are kept.
  package var count: Int { values.count }

  /// Appends a row; elements of one column are summed. Traps where there is no such column.
  public mutating func append(row elements: [(column: Int, value: Double)]) {
    let start = values.count
    for (column, value) in elements.sorted(by: { $0.column < $1.column }) {
      precondition(column >= 0 && column < columns, "there is no column \(column) of \(columns)")
      if values.count > start, indices[indices.count - 1] == Int32(column) {
        values[values.count - 1] += value
      } else {
        indices.append(Int32(column))
        values.append(value)
      }
    }
    offsets.append(values.count)
  }

  /// The columns and values of a row.
  package func row(_ row: Int) -> [(column: Int, value: Double)] {
    (offsets[row]..<offsets[row + 1]).map { (Int(indices[$0]), values[$0]) }
  }

  /// These rows, in this order. Traps where there is no such row.
  package func rows(_ chosen: [Int]) -> SparseMatrix {
    var result = SparseMatrix(columns: columns)
    for row in chosen {
      let elements = offsets[row]..<offsets[row + 1]
      result.indices += indices[elements]
      result.values += values[elements]
      result.offsets.append(result.values.count)
    }
    return result
  }

  /// This matrix with the columns of another one behind its own. Traps where the numbers of rows differ.
  package func beside(_ other: SparseMatrix) -> SparseMatrix {
    precondition(rows == other.rows, "\(rows) rows beside \(other.rows)")
    var result = SparseMatrix(columns: columns + other.columns)
    result.indices.reserveCapacity(count + other.count)
    result.values.reserveCapacity(count + other.count)
    for row in 0..<rows {
      let (own, others) = (offsets[row]..<offsets[row + 1], other.offsets[row]..<other.offsets[row + 1])
      result.indices += indices[own]
      result.indices += other.indices[others].lazy.map { $0 + Int32(columns) }
      result.values += values[own]
      result.values += other.values[others]
      result.offsets.append(result.values.count)
    }
    return result
  }

  /// All elements, `[rows, columns]` row after row; nil where they would take more than `limit` bytes.
  package func dense(limit: Double) -> [Double]? {
    guard 8 * Double(rows) * Double(columns) <= limit else { return nil }
    var elements = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for place in offsets[row]..<offsets[row + 1] { elements[row * columns + Int(indices[place])] = values[place] }
    }
    return elements
  }
}
