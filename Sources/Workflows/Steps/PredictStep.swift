import Fitting
import Formats
import Runs
import Tracker

/// Predicts rows with a fitted model, into a CSV file.
struct PredictStep: RecordedStep {
  static let name = "predict"
  static let summary = "what a model predicts for rows, in a CSV file"
  static let kind = RunKind.transform
  static let fields = ["on", "output", "join", "seed"]

  let model: StepInput?
  let rows: StepInput?
  private let file: StepFile
  private let isJoined: Bool
  private let seed: UInt64?
  /// What is wrong with a seed that the fit does not have.
  private let wrongSeed: ConfigurationError
  let settings: [String: String]

  init(_ fields: StepFields) throws {
    model = try fields.input(Self.name, .model)
    rows = try fields.input("on", .rows)
    file = try StepFile(fields)
    isJoined = try fields.flag("join") ?? false
    seed = try fields.seed("seed")
    wrongSeed = fields.error("seed", "is none of the fit's")
    settings = try fields.settings(of: Self.self, without: ["on"])
  }

  var product: StepProduct { .file }
  var inputs: [StepInput] { [model, rows].compactMap(\.self) }

  /// Of one model: that of the seed, or of the first.
  func seeds(in workflow: Workflow) -> [UInt64] {
    let seeds = model?.step.flatMap { workflow.step($0) }?.action.seeds(in: workflow) ?? []
    return [seed ?? seeds.first ?? 0]
  }

  func check(in workflow: Workflow) throws {
    guard let seed, let fit = model?.step.flatMap({ workflow.step($0) }) else { return }
    let seeds = fit.action.seeds(in: workflow)
    if !seeds.contains(seed) {
      throw ConfigurationError("\(wrongSeed.description), which are \(seeds.map(String.init).joined(separator: ", "))")
    }
  }

  func output(of record: RunRecord, in context: StepContext) throws -> StepOutput? {
    try context.output(recordedIn: record, file: file.path)
  }

  func perform(_ unit: StepUnit, in context: StepContext, recording run: RunWriter) throws -> StepOutput? {
    let fitted = context.model(model!, seed: unit.seed)
    let predictor = try Predictor(of: fitted, in: context.store)
    var count = 0
    let sha256 = try file.write(unless: context.shouldStop) { sink in
      count = try predictor.predict(
        context.address(rows!), storeAt: context.store.path, joining: isJoined, to: sink
      ).rows
    }
    guard let sha256 else { return nil }
    run.record("data/rows", Double(count), step: 1)
    return .file(path: file.path, sha256: sha256)
  }
}
