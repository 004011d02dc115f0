/// Those of a table's sparse columns that had a value in the training rows: a model has weights for no others.
package struct SparseSelection: Codable, Hashable, Sendable {
  /// The columns that there were.
  package let columns: Int
  /// Those that are taken, ascending, and their names.
  package let places: [Int32]
  package let names: [String]

  init(_ sparse: SparseColumns, rows: [Int]) {
    let matrix = sparse.matrix
    var isUsed = [Bool](repeating: false, count: matrix.columns)
    for row in rows {
      for place in matrix.offsets[row]..<matrix.offsets[row + 1] where matrix.values[place] != 0 {
        isUsed[Int(matrix.indices[place])] = true
      }
    }
    columns = matrix.columns
    places = isUsed.indices.filter { isUsed[$0] }.map { Int32($0) }
    names = places.map { sparse.names[Int($0)] }
  }

  /// Where each column is among those that are taken; −1 for the others.
  var features: [Int32] {
    var features = [Int32](repeating: -1, count: columns)
    for (feature, place) in places.enumerated() { features[Int(place)] = Int32(feature) }
    return features
  }
}
