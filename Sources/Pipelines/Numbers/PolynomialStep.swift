import Datasets
import Settings

/// scikit-learn's `PolynomialFeatures`.
struct PolynomialStep: ColumnStep {
  static let name = "polynomial"
  static let summary = "products of numbers and their powers"
  static let hyperparameters: [Hyperparameter<PolynomialStep>] = [
    .integer("degree", \.degree, .atLeast(0, limit: 20), "the most factors of a product"),
    .flag("interaction_only", \.interactionOnly, "no powers: products of different columns only"),
    .flag("include_bias", \.includeBias, "a column '1' of ones"),
  ]
  static let texts = ColumnChoice.parameters(of: \PolynomialStep.choice)
  private static let mostColumns = 1_000_000

  var degree = 2
  var interactionOnly = false
  var includeBias = true
  var choice = ColumnChoice()

  /// The products in scikit-learn's order, in place of their factors.
  struct Fitted: FittedStep {
    var columns: [String]
    var degree: Int
    var interactionOnly: Bool
    var includeBias: Bool

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      if columns.isEmpty { return }
      let products = try products()
      try PipelineError.requireMemory(
        rows: output.rowCount, columns: products.count, lower: "lower degree or choose fewer columns")
      let values = try output.numbers(of: columns)
      let ones = [Double](repeating: 1, count: output.rowCount)
      let new = products.map { factors -> (name: String, column: Column) in
        var product = factors.first.map { values[$0] } ?? ones
        for factor in factors.dropFirst() { for row in product.indices { product[row] *= values[factor][row] } }
        return (name(factors), .numbers(product))
      }
      try output.drop(columns)
      try output.append(new)
    }

    func name(_ factors: [Int]) -> String {
      if factors.isEmpty { return "1" }
      var parts: [String] = []
      var place = 0
      while place < factors.count {
        let power = factors[place...].prefix { $0 == factors[place] }.count
        parts.append(columns[factors[place]] + (power > 1 ? "^\(power)" : ""))
        place += power
      }
      return parts.joined(separator: " ")
    }

    /// Lists of ascending factors, those of fewer first.
    func products() throws(PipelineError) -> [[Int]] {
      guard (0...20).contains(degree), count <= Double(PolynomialStep.mostColumns) else {
        throw PipelineError("degree \(degree) of \(columns.count) columns makes too many")
      }
      var (all, last): ([[Int]], [[Int]]) = (includeBias ? [[]] : [], [[]])
      for _ in 0..<degree {
        last = last.flatMap { factors in
          let first = factors.last.map { interactionOnly ? $0 + 1 : $0 } ?? 0
          return first < columns.count ? (first..<columns.count).map { factors + [$0] } : []
        }
        all += last
      }
      return all
    }

    /// Their number, before any is made.
    var count: Double {
      let n = Double(columns.count)
      var (sum, term) = (includeBias ? 1.0 : 0.0, 1.0)
      for power in 0..<degree {
        term *= (interactionOnly ? n - Double(power) : n + Double(power)) / Double(power + 1)
        sum += max(0, term)
      }
      return sum
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let fitted = Fitted(
      columns: try data.names(choice, kinds: [.number]), degree: degree, interactionOnly: interactionOnly,
      includeBias: includeBias)
    if fitted.count > Double(Self.mostColumns) {
      throw PipelineError(
        "degree \(degree) of \(fitted.columns.count) columns makes more than \(Self.mostColumns) columns: lower it",
        status: .badUsage)
    }
    return fitted
  }
}
