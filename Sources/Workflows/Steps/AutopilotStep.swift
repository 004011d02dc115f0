import Autopilot
import Fitting
import Formats
import Runs
import Tracker

/// Finds the model that predicts a column best, and has it predict.
struct AutopilotStep: StepAction {
  static let name = "autopilot"
  static let summary = "the model that predicts a column best"
  static let fields = ["target", "plan", "quantiles", "trials", "metric", "preset", "drop", "seed"]

  private let source: StepInput
  private let target: String
  private let plan: StepDocument<AutopilotPlan>?
  private let quantiles: [Double]?
  private let trials: Int?
  private let metric: String?
  private let preset: AutopilotPlan.Preset?
  private let dropped: [String]
  private let seed: UInt64
  let settings: [String: String]

  init(_ fields: StepFields) throws {
    source = try fields.input(Self.name, .rows)
    target = try fields.required("target")
    for name in ["quantiles", "trials", "metric", "preset", "drop"] where fields.has("plan") && fields.has(name) {
      throw fields.error(name, "and 'plan' exclude each other: change the plan")
    }
    plan = try fields.document("plan") { try AutopilotPlan(yaml: $0, source: $1) }
    quantiles = try fields.quantiles()
    trials = try fields.count("trials", from: 1)
    metric = try fields.text("metric")
    preset = try fields.choice("preset", of: AutopilotPlan.Preset.self)
    dropped = try fields.list("drop")
    seed = try fields.seed("seed") ?? 0
    if let plan, plan.content.target != target {
      throw fields.error("target", "is '\(target)', and the plan predicts '\(plan.content.target)'")
    }
    settings = try fields.settings(of: Self.self, without: ["plan", "seed"])
  }

  var product: StepProduct { .model }
  var inputs: [StepInput] { [source] }
  func seeds(in workflow: Workflow) -> [UInt64] { [seed] }

  func digests(seed: UInt64, in context: StepContext) throws -> [String: InputDigest] {
    var digests = [source.text: try context.digest(of: source, seed: seed)]
    if let plan { digests[plan.label] = .known(plan.digest) }
    return digests
  }

  func output(of record: RunRecord, in context: StepContext) throws -> StepOutput? {
    try context.model(keptBy: record)
  }

  func run(_ units: [StepUnit], in context: StepContext) throws -> [UInt64: StepOutput]? {
    let unit = units[0]
    let run: AutopilotRun
    if let id = unit.unfinished,
      let unfinished = try AutopilotRun.resume(id, workers: context.jobs, in: context.store)
    {
      run = unfinished
    } else {
      run = try AutopilotRun.start(
        configuration(seed: unit.seed, in: context), seed: unit.seed, experiment: context.workflow.name,
        name: unit.record.step, tags: unit.record.tags, surroundings: context.surroundings, workers: context.jobs,
        parent: context.parent!.id, doing: unit.record, in: context.store)
      run.recordCode()
    }
    guard try run.complete(shouldStop: context.shouldStop) != nil else { return nil }
    return [unit.seed: try context.model(madeBy: run.id)]
  }

  private func configuration(seed: UInt64, in context: StepContext) throws -> AutopilotConfiguration {
    let file = try DataFile(context.address(source), storeAt: context.store.path, target: target)
    var request = AutopilotRequest(target: target)
    (request.quantiles, request.trials) = (quantiles, trials)
    (request.metric, request.dropped) = (metric, dropped)
    if let preset { request.preset = preset }
    return try AutopilotConfiguration(plan?.content ?? AutopilotPlan(of: file, request), data: file, seed: seed)
  }
}
