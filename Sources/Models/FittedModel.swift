import BLASBridge
import Learning

/// A model after its fit: it computes outputs for rows of features and saves itself. `Predictor` of Fitting wraps one with its
/// preprocessing; use it directly where features are numbers already.
///
/// ```swift
/// import BLASBridge
///
/// func squaredErrors(of model: any FittedModel, on rows: Features, targets: [Float]) -> [Float] {
///   zip(model.outputs(of: rows).elements, targets).map { ($0 - $1) * ($0 - $1) }
/// }
/// ```
public protocol FittedModel {
  /// The width of its rows.
  var features: Int { get }
  /// Probabilities of classes, predicted numbers, or what the model makes of n rows: `[n, outputs]`.
  func outputs(of rows: Features) -> Matrix<Float>
  /// What its outputs are called; nil where they are predictions of a target column, which is called as in the data.
  var outputColumns: [OutputColumn]? { get }
  /// What a model without a target is judged by, of rows and its outputs for them.
  func scores(_ rows: Features, _ outputs: Matrix<Float>) -> FitScores
  func save(into checkpoint: inout Checkpoint)
}

extension FittedModel {
  public var outputColumns: [OutputColumn]? { nil }
  public func scores(_ rows: Features, _ outputs: Matrix<Float>) -> FitScores { FitScores([]) }
}

/// A model whose outputs may be scores that order the rows of each group, and no estimates of the target.
package protocol RankingModel: FittedModel {
  /// Whether they are.
  var isRanking: Bool { get }
  /// The mean normalised discounted cumulative gain of the groups; nil where no row is relevant.
  func gain(of relevances: [Float], scores: [Float], groups: [Int]) -> Double?
}

/// A column that a model makes: a cluster, a component. A model without a target lists its own.
///
/// ```swift
/// let columns = [OutputColumn("cluster", isInteger: true), OutputColumn("distance")]
/// print(columns.map(\.name))  // ["cluster", "distance"]
/// ```
public struct OutputColumn: Sendable, Hashable {
  public var name: String
  /// Whether its numbers count something: cluster 3.
  public var isInteger: Bool

  public init(_ name: String, isInteger: Bool = false) { (self.name, self.isInteger) = (name, isInteger) }
}
