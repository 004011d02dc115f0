import BLASBridge
import Datasets

/// Rows of features by their elements that are not zero, as linear models go through them: the same of dense rows and sparse.
struct DesignRows {
  let rows: Int
  let columns: Int
  /// Row i has the elements `offsets[i] ..< offsets[i + 1]`.
  let offsets: [Int]
  let indices: [Int32]
  let values: [Double]

  init(_ features: Features) {
    switch features {
    case .sparse(let matrix):
      (rows, columns) = (matrix.rows, matrix.columns)
      (offsets, indices, values) = (matrix.offsets, matrix.indices, matrix.values)
    case .scaled, .columns:
      let x = features.matrix
      var (offsets, indices, values): ([Int], [Int32], [Double]) = ([0], [], [])
      offsets.reserveCapacity(x.rows + 1)
      indices.reserveCapacity(x.rows * x.columns)
      values.reserveCapacity(x.rows * x.columns)
      for row in 0..<x.rows {
        for column in 0..<x.columns where x.base[row * x.stride + column] != 0 {
          indices.append(Int32(column))
          values.append(Double(x.base[row * x.stride + column]))
        }
        offsets.append(values.count)
      }
      (rows, columns) = (x.rows, x.columns)
      (self.offsets, self.indices, self.values) = (offsets, indices, values)
    }
  }

  /// The same elements column after column.
  var byColumns: DesignColumns {
    var offsets = [Int](repeating: 0, count: columns + 1)
    for index in indices { offsets[Int(index) + 1] += 1 }
    for column in 0..<columns { offsets[column + 1] += offsets[column] }
    var next = offsets
    var places = [Int32](repeating: 0, count: values.count)
    var sorted = [Double](repeating: 0, count: values.count)
    for row in 0..<rows {
      for element in self.offsets[row]..<self.offsets[row + 1] {
        let column = Int(indices[element])
        places[next[column]] = Int32(row)
        sorted[next[column]] = values[element]
        next[column] += 1
      }
    }
    return DesignColumns(rows: rows, offsets: offsets, places: places, values: sorted)
  }
}

/// Column j has the elements `offsets[j] ..< offsets[j + 1]`, in the rows `places`, ascending.
struct DesignColumns {
  let rows: Int
  let offsets: [Int]
  let places: [Int32]
  let values: [Double]

  var columns: Int { offsets.count - 1 }
}
