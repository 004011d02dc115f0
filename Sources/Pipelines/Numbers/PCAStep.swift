import BLASBridge
import Datasets
import Settings

/// scikit-learn's `PCA`.
struct PCAStep: ColumnStep {
  static let name = "pca"
  static let summary = "coordinates along the directions of the largest variance"
  static let hyperparameters: [Hyperparameter<PCAStep>] = [
    .optionalNumber(
      "n_components", \.components, .positive,
      "directions; below 1 the share of variance they are to explain; null: all"),
    .flag("whiten", \.whiten, "variance 1 along each direction"),
  ]
  static let texts =
    ColumnChoice.parameters(of: \PCAStep.choice) + [.text("prefix", \.prefix, "names are this and a number from 1")]

  var components: Double?
  var whiten = false
  var prefix = "component_"
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    var columns: [String]
    var prefix: String
    var means: [Double]
    /// Unit vectors, the longest element of each positive; divided by the standard deviation if whitened.
    var directions: [[Double]]
    /// The variance along each direction (n − 1), and its share of all.
    var variances: [Double]
    var ratios: [Double]

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      if columns.isEmpty { return }
      guard means.count == columns.count, directions.allSatisfy({ $0.count == columns.count }) else {
        throw PipelineError("the saved directions do not fit their columns")
      }
      let rows = try PCAStep.centred(output, columns, means)
      let scores = Matrix<Double>(rows: rows.rows, columns: directions.count)
      BLAS.gemm(rows, Matrix(directions), transposeB: true, into: scores)
      let new = directions.indices.map { component -> (name: String, column: Column) in
        (prefix + "\(component + 1)", .numbers((0..<rows.rows).map { scores.base[$0 * scores.stride + component] }))
      }
      try output.drop(columns)
      try output.append(new)
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    let names = try data.names(choice, kinds: [.number])
    let means = try data.output.numbers(of: names).map { PresentValues($0).mean }
    var fitted = Fitted(columns: names, prefix: prefix, means: means, directions: [], variances: [], ratios: [])
    if names.isEmpty { return fitted }
    let x = try Self.centred(data.output, names, means)
    let most = min(x.rows, x.columns)
    if let components, components >= 1, components > Double(most) || components != components.rounded() {
      throw PipelineError(
        "n_components is a whole number from 1 to \(most), or a share below 1, for \(x.rows) rows of \(x.columns) columns",
        status: .badUsage)
    }
    if x.rows < 2 { throw PipelineError("directions need two training rows or more") }
    let (variances, vectors) = try Self.spectrum(x, most)
    let total = variances.reduce(0, +)
    let ratios = variances.map { total > 0 ? $0 / total : 0 }
    for component in 0..<kept(ratios, most) {
      let vector = vectors(component)
      // A direction and its opposite are the same: the largest element is positive.
      let largest = vector.indices.max { vector[$0].magnitude < vector[$1].magnitude }!
      let sign: Double = vector[largest] < 0 ? -1 : 1
      let scale = whiten && variances[component] > 0 ? variances[component].squareRoot() : 1
      fitted.directions.append(vector.map { sign * $0 / scale })
      fitted.variances.append(variances[component])
      fitted.ratios.append(ratios[component])
    }
    return fitted
  }

  /// The number of directions, of shares from large to small.
  private func kept(_ ratios: [Double], _ most: Int) -> Int {
    guard let components else { return most }
    if components >= 1 { return Int(components) }
    var (sum, count) = (0.0, 0)
    while count < most, count == 0 || sum <= components {
      sum += ratios[count]
      count += 1
    }
    return count
  }

  /// Variances from large to small with their directions: of few columns by the eigenvectors of the covariance, of many by
  /// singular values, as scikit-learn chooses.
  private static func spectrum(
    _ x: Matrix<Double>, _ most: Int
  ) throws(PipelineError) -> (variances: [Double], vectors: (Int) -> [Double]) {
    let n = Double(x.rows - 1)
    do throws(LinearAlgebraError) {
      if x.columns <= 1000 && x.rows >= 10 * x.columns {
        let covariance = Matrix<Double>(rows: x.columns, columns: x.columns)
        BLAS.syrk(x, transpose: true, into: covariance)
        let (values, vectors) = try covariance.symmetricEigenvalues()
        let d = x.columns
        return (values.reversed().map { max(0, $0) / n }, { i in (0..<d).map { vectors[$0, d - 1 - i] } })
      }
      let (_, values, vectors) = try x.singularValues()
      return (values.map { $0 * $0 / n }, { i in (0..<vectors.columns).map { vectors[i, $0] } })
    } catch { throw PipelineError("the directions cannot be found: \(error)") }
  }

  /// `[rows, columns]` less the means. Throws where a value is missing.
  private static func centred(
    _ output: PipelineOutput, _ names: [String], _ means: [Double]
  ) throws(PipelineError) -> Matrix<Double> {
    let columns = try output.numbers(of: names)
    try PipelineError.requireMemory(rows: output.rowCount, columns: names.count, lower: "choose fewer columns")
    let x = Matrix<Double>(rows: output.rowCount, columns: names.count)
    for (place, values) in columns.enumerated() {
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw PipelineError(
          "line \(output.table.lines[row]): the column '\(names[place])' has no value: impute it before")
      }
      for row in values.indices { x.base[row * x.stride + place] = values[row] - means[place] }
    }
    return x
  }
}
