/// How often each class was taken for each: rows are the true classes, columns the predicted ones.
///
/// A quotient whose denominator is 0 is 0, as in scikit-learn, but in `balancedAccuracy`, which leaves out classes
/// without a row.
package struct ConfusionMatrix: Hashable, Sendable {
  package let classes: Int
  /// `[classes, classes]`, row after row.
  package let counts: [Int]

  /// Traps where the two differ in length or a class is not in `0 ..< classes`.
  package init(truth: [Int], predicted: [Int], classes: Int) {
    precondition(truth.count == predicted.count, "\(truth.count) classes and \(predicted.count) predictions")
    var counts = [Int](repeating: 0, count: classes * classes)
    for (row, column) in zip(truth, predicted) {
      precondition((0..<classes).contains(row) && (0..<classes).contains(column), "a class is not below \(classes)")
      counts[row * classes + column] += 1
    }
    self.classes = classes
    self.counts = counts
  }

  /// How many rows of class `truth` were predicted to be `predicted`.
  package subscript(truth: Int, predicted: Int) -> Int { counts[truth * classes + predicted] }

  /// The rows of a class, and the rows predicted to be of it.
  package func support(_ index: Int) -> Int { (0..<classes).reduce(0) { $0 + self[index, $1] } }
  package func predictions(_ index: Int) -> Int { (0..<classes).reduce(0) { $0 + self[$1, index] } }

  /// The share of rows that were predicted rightly.
  package var accuracy: Double { quotient((0..<classes).reduce(0) { $0 + self[$1, $1] }, counts.reduce(0, +)) }

  /// The mean recall of the classes that have rows.
  package var balancedAccuracy: Double {
    let present = (0..<classes).filter { support($0) > 0 }
    return present.isEmpty ? 0 : present.reduce(0) { $0 + recall($1) } / Double(present.count)
  }

  package func precision(_ index: Int) -> Double { quotient(self[index, index], predictions(index)) }
  package func recall(_ index: Int) -> Double { quotient(self[index, index], support(index)) }
  /// The harmonic mean of precision and recall.
  package func f1(_ index: Int) -> Double { quotient(2 * self[index, index], support(index) + predictions(index)) }

  /// Means over the classes, each counting the same.
  package var macroPrecision: Double { mean(precision) }
  package var macroRecall: Double { mean(recall) }
  package var macroF1: Double { mean(f1) }

  private func mean(_ value: (Int) -> Double) -> Double { (0..<classes).reduce(0) { $0 + value($1) } / Double(classes) }
  private func quotient(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
