import Datasets
import Randomness

/// Ordered steps that prepare tables: missing values filled, numbers scaled, categories encoded. Fit it on training rows only,
/// save what it has learnt with the model, and apply it to all rows that the model is to predict.
///
/// ```swift
/// import Datasets
///
/// let pipeline = try Pipeline(yaml: "steps:\n- impute: {strategy: median}\n- standard\n")
/// let table = Table([("width", .numbers([1, .nan, 3])), ("kind", .numbers([0, 1, 1]))])
/// let fitted = try pipeline.fit(table, rows: [0, 2], target: "kind", seed: 1)
/// print(try fitted.transform(table).table.columns[0])  // numbers([-1.0, 0.0, 1.0])
/// ```
public struct Pipeline: Sendable {
  package var steps: [any PipelineStep]

  package init(_ steps: [any PipelineStep]) { self.steps = steps }

  /// Fits every step on the training rows as the steps before leave them: `rows` of the table, all if nil. No step changes
  /// the column `target`. Equal arguments give equal results.
  ///
  /// Throws where a step makes, drops or orders rows, which a model cannot have, and where the data do not fit.
  public func fit(
    _ table: Table, rows: [Int]? = nil, target: String? = nil, seed: UInt64
  ) throws(PipelineError) -> FittedPipeline {
    try fitTransform(table, rows: rows, target: target, seed: seed).fitted
  }

  /// Fits, and returns the training rows as a model is to be trained on them: what `transform` makes of them, but for steps
  /// that learn from the target, whose values are those of folds that the row was not in.
  public func fitTransform(
    _ table: Table, rows: [Int]? = nil, target: String? = nil, seed: UInt64
  ) throws(PipelineError) -> (fitted: FittedPipeline, output: PipelineOutput) {
    try requireNoRowSteps()
    if let target, !table.names.contains(target) { throw .missingColumn(target, among: table.names) }
    if let row = rows?.first(where: { !(0..<table.rowCount).contains($0) }) {
      throw PipelineError("there is no row \(row) in a table of \(table.rowCount) rows", status: .badUsage)
    }
    var output = PipelineOutput(rows.map { table.rows($0) } ?? table)
    if output.rowCount == 0, !steps.isEmpty { throw PipelineError("there is no training row") }
    var fitted: [FittedPipeline.Step] = []
    for (place, step) in steps.enumerated() {
      do throws(PipelineError) {
        let step = step as! any ColumnStep
        let data = TrainingRows(output: output, target: target, seed: Self.seed(seed, place))
        fitted.append(.init(name: type(of: step).name, fitted: try Self.fit(step, data, &output)))
      } catch { throw error.inStep(place, type(of: step).name) }
    }
    return (FittedPipeline(steps: fitted), output)
  }

  private static func fit(
    _ step: some ColumnStep, _ data: TrainingRows, _ output: inout PipelineOutput
  ) throws(PipelineError) -> any FittedStep {
    let result = try step.fitTransform(data)
    output = result.output
    return result.fitted
  }

  /// The other tables of its joins, by name or path.
  package var tables: [String] { steps.compactMap { ($0 as? JoinStep)?.table } }

  /// Throws where a step makes, drops or orders rows.
  package func requireNoRowSteps() throws(PipelineError) {
    for (place, step) in steps.enumerated() where !(step is any ColumnStep) {
      throw PipelineError(
        "a model's pipeline cannot change which rows there are: move this step to 'data prepare'", status: .badUsage
      ).inStep(place, type(of: step).name)
    }
  }

  /// Applies all steps to a whole table, those that change rows too; steps that learn do so from all of its rows. `open`
  /// opens the other table of a join by its name or path.
  package func prepare(
    _ table: Table, target: String? = nil, seed: UInt64,
    open: (String) throws(PipelineError) -> Table = { (name) throws(PipelineError) in
      throw PipelineError("there is no table '\(name)' here to join with", status: .badUsage)
    }
  ) throws(PipelineError) -> PipelineOutput {
    var output = PipelineOutput(table)
    for (place, step) in steps.enumerated() {
      do throws(PipelineError) {
        let stepSeed = Self.seed(seed, place)
        if let step = step as? any RowStep {
          if output.sparse != nil {
            throw PipelineError("rows cannot change after a step that makes sparse columns", status: .badUsage)
          }
          output = PipelineOutput(
            try withoutActuallyEscaping(open) { (open) throws(PipelineError) in
              try step.apply(to: output.table, RowContext(seed: stepSeed, open: open))
            })
        } else if let step = step as? any ColumnStep {
          if output.rowCount == 0 { throw PipelineError("there is no row to fit it on") }
          _ = try Self.fit(step, TrainingRows(output: output, target: target, seed: stepSeed), &output)
        }
      } catch { throw error.inStep(place, type(of: step).name) }
    }
    return output
  }

  private static func seed(_ seed: UInt64, _ place: Int) -> SeedSequence {
    SeedSequence(seed).child(named: "pipeline").child(UInt32(truncatingIfNeeded: place))
  }
}

/// `{"steps":[{"standard":{"with_mean":true,…}},…]}`, every step with all of its parameters.
extension Pipeline: Codable {
  private enum Keys: String, CodingKey { case steps }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    steps = []
    for step in try container.decode([[String: [String: StepValue]]].self, forKey: .steps) {
      guard step.count == 1, let (name, parameters) = step.first else {
        throw PipelineError("a step is one name with its parameters", status: .badUsage)
      }
      steps.append(try Self.step(name, parameters, place: steps.count))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(steps.map { [type(of: $0).name: $0.parameters] }, forKey: .steps)
  }

  static func step(
    _ name: String, _ parameters: [String: StepValue], place: Int
  ) throws(PipelineError) -> any PipelineStep {
    func make<Step: PipelineStep>(_ type: Step.Type) throws(PipelineError) -> any PipelineStep { try Step(parameters) }
    let type = try PipelineSteps.named(name)
    do throws(PipelineError) { return try make(type) } catch { throw error.inStep(place, name) }
  }
}
