import Autopilot
import DataVersions
import Fitting
import Foundation
import Runs
import Search
import Synchronization
import Tracker

@testable import Workflows

/// A folder with files and a store of its own, gone with this value.
final class WorkflowPlace: Sendable {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("workflows-\(UUID().uuidString)").path
  let store: Store
  let repository: DataRepository

  init() throws {
    // As the program does: searches start the runs of kinds that are known.
    RunKinds.register(FitConfiguration.self)
    RunKinds.register(SearchConfiguration.self)
    RunKinds.register(AutopilotConfiguration.self)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    store = try Store(path: folder + "/runs", create: true)
    repository = DataRepository(store: store.path)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  func workflow(_ yaml: String) throws -> Workflow {
    try write(yaml, to: "flow.yaml")
    return try Workflow(file: folder + "/flow.yaml")
  }

  func plan(_ yaml: String, program: String = "1", forced: Set<String> = []) throws -> [String: StepState] {
    let run = try WorkflowRun(of: workflow(yaml), in: store, choice: .init(forced: forced), program: program)
    return Dictionary(uniqueKeysWithValues: try run.plan().map { ($0.step.name, $0.state) })
  }

  /// The steps that were done.
  @discardableResult
  func run(
    _ yaml: String, program: String = "1", choice: WorkflowRun.Choice = .init(),
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) throws -> [String] {
    let done = Mutex<[String]>([])
    let run = try WorkflowRun(of: workflow(yaml), in: store, choice: choice, program: program)
    _ = try run.run(
      shouldStop: shouldStop,
      report: { event in if case .ends(let step, _, _) = event { done.withLock { $0.append(step.name) } } })
    return done.withLock { $0 }
  }

  func version(_ name: String) throws -> DataVersion { try repository.dataSet(name).latest() }

  /// Rows of customers, some with a month that is missing.
  static func customers(_ rows: Range<Int>) -> String {
    "customer_id,months,fee,plan,churned\n"
      + rows.map { row in
        let months = row % 11 == 0 ? "" : "\(row * 7 % 60)"
        let churned = (row * 7 % 60) + row % 5 * 9 < 45 ? "yes" : "no"
        return "c\(row),\(months),\(Double(row * 13 % 80) / 2),\(["basic", "plus", "pro"][row % 3]),\(churned)\n"
      }.joined()
  }

  /// Everything from a file to predictions.
  static let whole = """
    workflow: churn
    steps:
      raw:      {add: customers.csv, expect: expectations.yaml}
      checked:  {check: raw}
      tidy:     {clean: checked, plan: plan.yaml}
      features: {prepare: tidy, pipeline: features.yaml, target: churned}
      model:    {fit: features, model: logistic, target: churned, settings: {C: 0.5}, seeds: 1-2}
      later:    {add: later.csv}
      ready:    {prepare: later, pipeline: features.yaml, target: churned}
      scores:   {evaluate: model, on: ready}
      guesses:  {predict: model, on: ready, output: predicted.csv, join: true}
      table:    {export: features, output: features.csv}

    """

  static let steps = [
    "raw", "checked", "tidy", "features", "model", "later", "ready", "scores", "guesses", "table",
  ]

  /// With the files of `whole`.
  static func ofWhole() throws -> WorkflowPlace {
    let place = try WorkflowPlace()
    try place.write(customers(0..<120), to: "customers.csv")
    try place.write(customers(120..<170), to: "later.csv")
    try place.write("expectations:\n- range: {column: fee, least: 0, most: 100}\n", to: "expectations.yaml")
    try place.write("repairs:\n- impute: {column: months, by: median}\n", to: "plan.yaml")
    try place.write("steps:\n- combine: {column: total, expression: months * fee}\n", to: "features.yaml")
    return place
  }
}

extension StepState {
  var isCurrent: Bool { if case .current = self { true } else { false } }
  var reasons: [StepReason] { if case .due(let reasons) = self { reasons } else { [] } }
}
