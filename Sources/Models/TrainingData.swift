import BLASBridge
import Datasets
import Learning

/// The features of some rows, in the form that a model asks for.
public enum Features {
  /// Scaled rows `[n, d]`.
  case scaled(Matrix<Float>)
  /// Scaled rows `[n, d]` by their elements that are not zero.
  case sparse(SparseMatrix)
  /// d columns of n values.
  case columns(FeatureColumns)

  /// n
  public var rows: Int {
    switch self {
    case .scaled(let x): x.rows
    case .sparse(let x): x.rows
    case .columns(let columns): columns.rows
    }
  }

  /// d
  public var count: Int {
    switch self {
    case .scaled(let x): x.columns
    case .sparse(let x): x.columns
    case .columns(let columns): columns.columns.count
    }
  }

  /// Scaled rows `[n, d]`. Traps where these are of another form: a model gets the form that its type names.
  public var matrix: Matrix<Float> {
    guard case .scaled(let x) = self else { preconditionFailure("a model of scaled rows got another form") }
    return x
  }

  /// Columns as they are. Traps where these are of another form.
  public var columns: FeatureColumns {
    guard case .columns(let columns) = self else { preconditionFailure("a model of columns got another form") }
    return columns
  }
}

/// Rows to fit a model to: features and target, and how much each row counts.
///
/// ```swift
/// import BLASBridge
///
/// let x = Matrix<Float>([[5.1, 3.5], [6.3, 3.3], [4.9, 3.0]])
/// let data = TrainingData(.scaled(x), .classes([0, 1, 0], count: 2), weights: [1.5, 0.5, 1])
/// print(data.labels, data.x.shape)  // [0, 1, 0] [3, 2]
/// ```
public struct TrainingData {
  public let features: Features
  /// Class indices, or numbers `[n, t]`; `[n, 0]` where there is nothing to predict.
  public let target: SupervisedTarget
  /// How much each row counts `[n]`, on average 1; nil where all count the same.
  public let weights: [Float]?
  /// The group of each row `[n]`; nil where rows are independent.
  public let groups: [Int]?

  /// Traps where the numbers of rows differ.
  public init(_ features: Features, _ target: SupervisedTarget, weights: [Float]? = nil, groups: [Int]? = nil) {
    for count in [target.count, weights?.count, groups?.count].compactMap({ $0 }) {
      precondition(features.rows == count, "\(count) targets, weights or groups for \(features.rows) rows")
    }
    (self.features, self.target, self.weights, self.groups) = (features, target, weights, groups)
  }

  /// Scaled rows `[n, d]`. Traps where the features are of another form.
  public var x: Matrix<Float> { features.matrix }
  /// Class indices; empty where there are no classes.
  public var labels: [Int] { if case .classes(let labels, _) = target { labels } else { [] } }
  /// `[n, t]`; no rows where there are classes.
  public var numbers: Matrix<Float> {
    switch target {
    case .numbers(let values), .quantiles(_, let values): values
    case .classes: Matrix(rows: 0, columns: 1)
    }
  }
  /// The shares, ascending, whose quantiles are predicted; nil for another target.
  package var quantiles: [Double]? { if case .quantiles(let shares, _) = target { shares } else { nil } }
}
