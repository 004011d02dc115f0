import Fitting
import Runs
import Tracker

/// Scores fitted models on rows, one after the other.
struct EvaluateStep: RecordedStep {
  static let name = "evaluate"
  static let summary = "the scores of a model on rows, for each seed of its fit"
  static let kind = RunKind.evaluation
  static let fields = ["on"]

  let model: StepInput?
  let rows: StepInput?

  init(_ fields: StepFields) throws {
    model = try fields.input(Self.name, .model)
    rows = try fields.input("on", .rows)
  }

  var product: StepProduct { .scores }
  var inputs: [StepInput] { [model, rows].compactMap(\.self) }
  var settings: [String: String] { [:] }

  func seeds(in workflow: Workflow) -> [UInt64] {
    model?.step.flatMap { workflow.step($0) }?.action.seeds(in: workflow) ?? []
  }

  func perform(_ unit: StepUnit, in context: StepContext, recording run: RunWriter) throws -> StepOutput? {
    let fitted = context.model(model!, seed: unit.seed)
    let predictor = try Predictor(of: fitted, in: context.store)
    let (scores, count) = try predictor.scores(on: context.address(rows!), storeAt: context.store.path)
    run.record("data/rows", Double(count), step: 1)
    scores.record(as: "test", step: 1, to: run)
    scores.recordConfusion(as: "test", step: 1, to: run)
    return .scores(run: run.id)
  }

  func output(of record: RunRecord, in context: StepContext) throws -> StepOutput? { .scores(run: record.id) }
}
