/// What each column of some rows adds to the outputs: Shapley values, which with the expected outputs add up to the row's.
package struct Contributions: Sendable {
  /// How they were computed.
  package enum Method: String, Sendable, CaseIterable {
    /// Exact, of trees: what is not known goes as the training rows went.
    case tree
    /// Exact, of trees: what is not known is taken from background rows.
    case interventional
    /// Exact, of weighted sums.
    case linear
    /// An estimate, of any model: columns are taken from background rows in drawn orders.
    case sampled
  }

  package enum Unit: String, Sendable {
    /// Before the sigmoid, the softmax or the exponential.
    case score
    case probability
    /// That of the target.
    case number
  }

  package let method: Method
  package let unit: Unit
  /// The columns' names.
  package let columns: [String]
  /// Classes, or the target.
  package let outputs: [String]
  package let rows: Int
  /// The outputs where nothing is known of a row `[outputs]`.
  package let expected: [Double]
  /// `[outputs][rows][columns]`
  package let values: [[[Double]]]
  /// The standard errors of estimates `[outputs][rows][columns]`.
  package let errors: [[[Double]]]?

  /// The output of a row: what the columns add to the expected one.
  package func total(output: Int, row: Int) -> Double { expected[output] + values[output][row].reduce(0, +) }

  /// The mean size of what each column adds, over rows and outputs `[columns]`.
  package var meanSizes: [Double] {
    columns.indices.map { column in
      let sum = values.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + abs($1[column]) } }
      return sum / Double(max(1, rows * outputs.count))
    }
  }

  /// The columns from the one that adds most to the one that adds least.
  package var ranking: [Int] {
    let sizes = meanSizes
    return columns.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
  }
}
