/// Probabilities of classes, a row of them for each row of data.
package struct ClassProbabilities: Sendable, Hashable {
  package let classes: Int
  /// `[rows, classes]`, row by row.
  package var values: [Double]

  /// Traps where `values` are no whole rows.
  package init(_ values: [Double], classes: Int) {
    precondition(classes > 0 && values.count % classes == 0, "\(values.count) numbers are no rows of \(classes)")
    (self.values, self.classes) = (values, classes)
  }

  package var rows: Int { values.count / classes }

  package subscript(row: Int, label: Int) -> Double {
    get { values[row * classes + label] }
    set { values[row * classes + label] = newValue }
  }

  /// Of one class.
  package func column(_ label: Int) -> [Double] { (0..<rows).map { self[$0, label] } }

  package func rows(_ indices: [Int]) -> ClassProbabilities {
    ClassProbabilities(indices.flatMap { values[$0 * classes..<($0 + 1) * classes] }, classes: classes)
  }

  /// The most probable class of each row, the first of equals.
  package var best: [Int] {
    (0..<rows).map { row in (1..<classes).reduce(0) { self[row, $1] > self[row, $0] ? $1 : $0 } }
  }
}
