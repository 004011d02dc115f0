import Datasets
import Fitting
import Formats
import Foundation
import Runs
import Search
import Settings
import Tracker

/// Everything that decides what an Autopilot does, but its seed: a table and a plan.
package struct AutopilotConfiguration: Sendable {
  package let plan: AutopilotPlan
  /// A fit of the first candidate, as its log would keep it: it says which data, and how they are read.
  let base: TrialTemplate

  /// Throws what is wrong with the plan, or the table.
  package init(_ plan: AutopilotPlan, data: DataFile, seed: UInt64) throws {
    let candidates = try Candidate.all(of: plan, areCounts: plan.areCounts(data))
    guard let first = candidates.first else {
      throw AutopilotError("the plan names no model to try: its 'models' are \(plan.models.joined(separator: ", "))")
    }
    self.plan = plan
    base = TrialTemplate(try plan.fit(first, to: data, seed: seed))
  }

  /// The fit of the first candidate, whose data are looked for in `store`.
  func fit(in store: Store) throws -> FitConfiguration {
    try FitConfiguration(of: base.description([:], surroundings: .current())).located(in: store)
  }
}

extension AutopilotConfiguration: RunConfiguration {
  package static let kind = RunKind.autopilot
  package static let unit = StepUnit.trials

  package static let settings: [Setting<AutopilotConfiguration>] = [
    .derived("plan") { .json($0.plan) },
    .derived("base", isOfIdentity: false) { .json($0.base) },
    .derived("data-sha256") { $0.base.settings["data-sha256"] },
  ]

  package var recordedSubject: String { "autopilot" }
  package var recordedTarget: String { base.target }
  package var identifyingTarget: String { plan.target }
  package var budget: Int { plan.trials }
  package var recordedHyperparameters: [String: HyperparameterValue] { [:] }

  package init(of description: RunDescription) throws {
    let recorded = RecordedSettings(description.protocolSettings)
    plan = try recorded.required("plan") { try recorded.decoded($0) }
    base = try recorded.required("base") { try recorded.decoded($0) }
  }

  package static func resume(_ id: String, budget: Int?, threads: Int, in store: Store) throws -> (any ActiveRun)? {
    try AutopilotRun.resume(
      id, workers: max(threads, ProcessInfo.processInfo.activeProcessorCount), in: store)
  }

  package static func reproduce(
    _ id: String, changes: [String: HyperparameterValue], in store: Store, shouldStop: () -> Bool,
    onProgress: (_ step: Int, _ budget: Int) -> Void
  ) throws -> RunDifference? {
    try AutopilotReproduction.run(id, changes: changes, in: store, shouldStop: shouldStop, onProgress: onProgress)
  }
}

extension FitConfiguration {
  /// How the model that a fit or an autopilot has kept was fitted, whose data are looked for in `store`.
  ///
  /// Throws a sentence where the run has no model.
  package static func ofModel(_ run: String, in store: Store) throws -> FitConfiguration {
    let record = try store.load(run)
    try record.requireModel()
    let description = record.description
    return try description.kind == .autopilot
      ? AutopilotConfiguration(of: description).fit(in: store) : FitConfiguration(of: description).located(in: store)
  }
}
