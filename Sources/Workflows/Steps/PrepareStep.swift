import Pipelines
import Preparing
import Runs
import Tracker

/// Makes a data set from another by a pipeline that is fitted to all of its rows.
struct PrepareStep: RecordedStep {
  static let name = "prepare"
  static let summary = "a version by a pipeline, fitted to all of its rows"
  static let kind = RunKind.dataset
  static let fields = ["pipeline", "as", "target", "seed", "note"]

  private let source: StepInput
  private let pipeline: StepDocument<Pipeline>
  private let target: String?
  private let seed: UInt64
  private let note: String
  let dataSet: String?
  let settings: [String: String]

  init(_ fields: StepFields) throws {
    source = try fields.input(Self.name, .data)
    _ = try fields.required("pipeline")
    pipeline = try fields.pipeline()!
    (target, seed) = (try fields.text("target"), try fields.seed("seed") ?? 0)
    note = try fields.text("note") ?? ""
    dataSet = try fields.dataSet()
    settings = try fields.settings(of: Self.self, without: ["pipeline", "note"]).merging(["as": dataSet!]) { $1 }
  }

  var product: StepProduct { .data }
  var rows: StepInput? { source }
  var inputs: [StepInput] { [source] }
  var tables: [String] { pipeline.content.tables }

  func digests(seed: UInt64, in context: StepContext) throws -> [String: InputDigest] {
    try context.digests(of: self, seed: seed).merging([pipeline.label: .known(pipeline.digest)]) { $1 }
  }

  func perform(_ unit: StepUnit, in context: StepContext, recording run: RunWriter) throws -> StepOutput? {
    var preparation = DataPreparation(
      of: try context.version(source), by: pipeline.content, yaml: pipeline.text, as: dataSet!, target: target,
      seed: seed)
    (preparation.note, preparation.program) = (note, "rlrun \(context.program)")
    if !context.workflow.folder.isEmpty { preparation.folder = context.workflow.folder }
    guard let made = try preparation.run(in: context.repository, shouldStop: context.shouldStop) else { return nil }
    run.record(made.version)
    return .version(made.version)
  }
}
