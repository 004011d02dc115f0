import Datasets
import Randomness
import Settings

/// A step of a ``Pipeline`` with its parameters, as a person chose them. Numbers, flags and choices are hyperparameters; names
/// of columns and other texts are `texts`. A step that changes columns is a ``ColumnStep``.
package protocol PipelineStep: Configurable {
  /// As YAML has it, `min_max`.
  static var name: String { get }
  /// One line.
  static var summary: String { get }
  /// The parameters that are texts or lists of texts.
  static var texts: [TextParameter<Self>] { get }
  /// Throws where parameters do not fit together. Does nothing by default.
  func check() throws(PipelineError)
}

extension PipelineStep {
  package func check() throws(PipelineError) {}
}

/// A step that learns from training rows how to change columns, and changes those of any table in the same way. It makes no
/// row and drops none, so it can be part of a model. Write one to add a step to pipelines:
///
///     import Datasets
///     import Settings
///
///     struct CapStep: ColumnStep {
///       struct Fitted: FittedStep {
///         var columns: [String], limits: [Double]
///         func transform(_ output: inout PipelineOutput) throws(PipelineError) {
///           let values = try output.numbers(of: columns)
///           let capped = zip(values, limits).map { values, limit in values.map { Swift.min($0, limit) } }
///           try output.replace(columns, by: zip(columns, capped).map { [($0, .numbers($1))] })
///         }
///       }
///       static let name = "cap"
///       static let summary = "numbers cut off at a share of the largest training value"
///       static let hyperparameters: [Hyperparameter<CapStep>] = [.number("share", \.share, .unit, "share of the largest")]
///       static let texts = ColumnChoice.parameters(of: \CapStep.choice)
///       var share = 0.9
///       var choice = ColumnChoice()
///       func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
///         let columns = try data.names(choice, kinds: [.number])
///         let limits = try data.output.numbers(of: columns).map { share * ($0.filter { !$0.isNaN }.max() ?? 0) }
///         return Fitted(columns: columns, limits: limits)
///       }
///     }
///     PipelineSteps.register(CapStep.self)
///     let pipeline = try Pipeline(yaml: "steps:\n- cap: {share: 0.5}\n")
package protocol ColumnStep: PipelineStep {
  /// The step with what it has learnt.
  associatedtype Fitted: FittedStep
  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted
  /// Fits, and changes the training rows themselves. By default as all later rows; a step that would leak a row's target
  /// into the row does otherwise.
  func fitTransform(_ data: TrainingRows) throws(PipelineError) -> (fitted: Fitted, output: PipelineOutput)
}

extension ColumnStep {
  package func fitTransform(_ data: TrainingRows) throws(PipelineError) -> (fitted: Fitted, output: PipelineOutput) {
    let fitted = try fit(data)
    var output = data.output
    try fitted.transform(&output)
    return (fitted, output)
  }
}

/// A step that has learnt from training rows. It is saved with its pipeline, so what it encodes stays readable.
package protocol FittedStep: Codable, Sendable {
  /// Changes the columns of any number of rows, none included. Throws where a column is not there or does not fit.
  func transform(_ output: inout PipelineOutput) throws(PipelineError)
}

/// A step of `data prepare` that makes, drops or orders rows; no model has one.
protocol RowStep: PipelineStep {
  func apply(to table: Table, _ context: RowContext) throws(PipelineError) -> Table
}

struct RowContext {
  var seed: SeedSequence
  /// Opens another table by its name or path.
  var open: (String) throws(PipelineError) -> Table
}

/// The rows that a step is fitted on: the training rows as the steps before have left them.
///
///     func widths(_ data: TrainingRows) throws -> Int {
///       try data.names(ColumnChoice(columns: ["width*"]), kinds: [.number]).count
///     }
package struct TrainingRows: Sendable {
  package var output: PipelineOutput
  /// The column to predict, which no step may change.
  package var target: String?
  /// What a step draws from is a child of this.
  package var seed: SeedSequence

  /// The columns that a choice names, in the table's order; without a name or a kind in the choice, all of `kinds`. The
  /// target is none of them.
  ///
  /// Throws where a named column is not there, and where a pattern matches none.
  package func names(_ choice: ColumnChoice, kinds: [ColumnKind]) throws(PipelineError) -> [String] {
    try choice.names(in: output.table, target: target, default: kinds)
  }
}
