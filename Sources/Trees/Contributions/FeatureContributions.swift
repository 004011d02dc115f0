/// What each feature of some rows adds to the outputs of a model: Shapley values, `[outputs, features, rows]`.
///
/// With `expected` they add up to the outputs.
package struct FeatureContributions: Sendable {
  package let outputs: Int
  package let features: Int
  package let rows: Int
  /// The outputs where nothing is known of a row.
  package internal(set) var expected: [Double]
  package internal(set) var values: [Double]

  package init(outputs: Int, features: Int, rows: Int, expected: [Double]) {
    (self.outputs, self.features, self.rows, self.expected) = (outputs, features, rows, expected)
    values = [Double](repeating: 0, count: outputs * features * rows)
  }

  package subscript(output: Int, feature: Int, row: Int) -> Double {
    get { values[(output * features + feature) * rows + row] }
    set { values[(output * features + feature) * rows + row] = newValue }
  }
}
