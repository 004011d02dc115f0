import Datasets
import Fitting
import Formats
import Models
import Pipelines
import Runs
import Settings
import Telemetry
import Tracker
import Validation

/// Fits a model, once for each seed.
struct FitStep: StepAction {
  static let name = "fit"
  static let summary = "a model, once for each seed"
  static let fields = [
    "model", "target", "task", "quantiles", "validation", "validation-data", "drop", "weight", "group", "time",
    "pipeline", "unseen-categories", "settings", "seed", "seeds", "stop-loss", "folds", "repeats", "calibrate", "cost",
    "positive",
  ]

  private let source: StepInput
  private let validationData: StepInput?
  private let model: String
  private let target: String?
  private let task: PredictionTask?
  private let quantiles: [Double]?
  private let validation: Double?
  private let dropped: [String]
  private let weight: String?
  private let group: String?
  private let time: String?
  private let pipeline: StepDocument<Pipeline>?
  private let unseenCategories: UnseenCategories
  private let values: [String: HyperparameterValue]
  private let stopLoss: Double?
  private let folds: Int?
  private let repeats: Int?
  private let calibration: CalibrationMethod?
  private let costs: MistakeCosts?
  private let positive: String?
  private let seeds: [UInt64]
  let settings: [String: String]

  init(_ fields: StepFields) throws {
    source = try fields.input(Self.name, .rows)
    validationData = fields.has("validation-data") ? try fields.input("validation-data", .rows) : nil
    model = try fields.required("model")
    target = try fields.text("target")
    task = try fields.choice("task", of: PredictionTask.self)
    quantiles = try fields.quantiles()
    if quantiles != nil, let task, task != .quantile {
      throw fields.error("quantiles", "are of the task quantile, not \(task.rawValue)")
    }
    validation = try fields.number("validation")
    dropped = try fields.list("drop")
    (weight, group, time) = (try fields.text("weight"), try fields.text("group"), try fields.text("time"))
    pipeline = try fields.pipeline()
    unseenCategories = try fields.choice("unseen-categories", of: UnseenCategories.self) ?? .zeros
    let values = try fields.values("settings")
    self.values = values
    stopLoss = try fields.number("stop-loss")
    (folds, repeats) = (try fields.count("folds", from: 2), try fields.count("repeats", from: 1))
    calibration = try fields.choice("calibrate", of: CalibrationMethod.self)
    costs = try fields.text("cost").map { text in try fields.naming("cost") { try MistakeCosts(text: text) } }
    positive = try fields.text("positive")
    let name = model
    let type = try fields.naming("model") { try ModelCatalogue.named(name) }
    try fields.naming("settings") { _ = try ModelCatalogue.make(type, values) }
    if let pipeline { try fields.naming("pipeline") { try pipeline.content.requireNoRowSteps() } }
    if type.hasTarget, target == nil {
      throw fields.error("model", "predicts a column ('\(name)'): name it with 'target'")
    }
    if !type.hasTarget, target != nil {
      throw fields.error("model", "predicts no column ('\(name)'): leave 'target' out, or put the column under 'drop'")
    }
    if let validation, !(0..<1).contains(validation) {
      throw fields.error("validation", "is a share of the rows from 0 to below 1, not \(validation)")
    }
    if validation != nil, validationData != nil {
      throw fields.error("validation", "and 'validation-data' exclude each other")
    }
    for name in ["validation", "validation-data"] where folds != nil && fields.has(name) {
      throw fields.error("folds", "and '\(name)' exclude each other")
    }
    seeds = try Self.seeds(fields)
    var settings = try fields.settings(
      of: Self.self, without: ["validation-data", "pipeline", "settings", "seed", "seeds"])
    for (name, value) in values { settings["settings." + name] = value.description }
    self.settings = settings
  }

  private static func seeds(_ fields: StepFields) throws -> [UInt64] {
    let seed = try fields.seed("seed")
    guard fields.has("seeds") else { return [seed ?? 0] }
    if seed != nil { throw fields.error("seeds", "and 'seed' exclude each other") }
    var seeds: [UInt64] = []
    for text in try fields.list("seeds") {
      guard let some = SeedList(text) else { throw fields.error("seeds", "takes seeds as 1-10 or [1, 2, 5]") }
      seeds += some.values
    }
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else {
      throw fields.error("seeds", seeds.isEmpty ? "takes seeds as 1-10 or [1, 2, 5]" : "names a seed twice")
    }
    return seeds
  }

  var product: StepProduct { .model }
  var inputs: [StepInput] { [source] + (validationData.map { [$0] } ?? []) }
  func seeds(in workflow: Workflow) -> [UInt64] { seeds }

  func digests(seed: UInt64, in context: StepContext) throws -> [String: InputDigest] {
    var digests: [String: InputDigest] = [:]
    digests[source.text] = try context.digest(of: source, seed: seed)
    if let input = validationData {
      // By the role, too: training rows and validation rows may change places.
      digests["validation-data: " + input.text] = try context.digest(of: input, seed: seed)
    }
    if let pipeline { digests[pipeline.label] = .known(pipeline.digest) }
    return digests
  }

  func output(of record: RunRecord, in context: StepContext) throws -> StepOutput? {
    try context.model(keptBy: record)
  }

  func run(_ units: [StepUnit], in context: StepContext) throws -> [UInt64: StepOutput]? {
    let configuration = try configuration(in: context)
    let (store, parent, surroundings) = (context.store, context.parent!.id, context.surroundings)
    let (experiment, shouldStop, report) = (context.workflow.name, context.shouldStop, context.report)
    let results = ThreadLauncher<String?>().run(units, atOnce: context.jobs) { unit in
      if shouldStop() { return nil }
      let run: FitRun
      if let id = unit.unfinished, let unfinished = try FitRun.resume(id, in: store) {
        run = unfinished
      } else {
        run = try FitRun.start(
          configuration, seed: unit.seed, doing: unit.record, experiment: experiment, tags: unit.record.tags,
          parent: parent,
          surroundings: surroundings, in: store)
        run.recordCode()
      }
      if unit.seed == units[0].seed { for remark in run.remarks { report(.remark(remark)) } }
      let outcome = try run.fit(
        shouldStop: shouldStop, onProgress: { report(.progress(seed: unit.seed, $0)) },
        onRemark: { report(.remark("\($0)")) })
      return outcome.ending == .interrupted ? nil : run.id
    }
    var outputs: [UInt64: StepOutput] = [:]
    for (unit, result) in zip(units, results) {
      guard let id = try result.get() else { return nil }
      outputs[unit.seed] = try context.model(madeBy: id)
    }
    return outputs
  }

  private func configuration(in context: StepContext) throws -> FitConfiguration {
    let store = context.store.path
    let file = try DataFile(context.address(source), storeAt: store, target: target)
    let other = try validationData.map { try DataFile(context.address($0), storeAt: store, columnsOf: file) }
    var configuration = try FitConfiguration(
      data: file, target: target, model: model, task: task, quantiles: quantiles, validation: validation,
      validationData: other, folds: folds, repeats: repeats ?? 1, dropping: dropped, weight: weight, group: group,
      time: time, pipeline: pipeline?.content, unseenCategories: unseenCategories, values: values)
    if let stopLoss { configuration.stopLoss = stopLoss }
    try configuration.judge(calibration: calibration, costs: costs, positive: positive)
    return configuration
  }
}
