import DataVersions
import Formats
import Runs
import Tracker

/// What a step does. A new action is a file in `Steps` and a line in `StepActions.all`.
package protocol StepAction: Sendable {
  static var name: String { get }
  /// What it does, in a line.
  static var summary: String { get }
  /// The fields that a step of it may have, besides the action itself.
  static var fields: [String] { get }

  /// Throws in one sentence with the line for what cannot work, files that are not there included.
  init(_ fields: StepFields) throws

  var product: StepProduct { get }
  var inputs: [StepInput] { get }
  /// Data sets and files that its pipeline or its expectations name.
  var tables: [String] { get }
  /// The data set in which it makes a version.
  var dataSet: String? { get }
  /// What decides the result besides the inputs.
  var settings: [String: String] { get }
  /// Throws for what does not fit the other steps.
  func check(in workflow: Workflow) throws
  /// A run for each of them.
  func seeds(in workflow: Workflow) -> [UInt64]
  /// The SHA-256 of everything that it takes, in a run of this seed, by what the workflow calls it.
  func digests(seed: UInt64, in context: StepContext) throws -> [String: InputDigest]
  /// What a finished run of it has made; nil where that is gone, or has other bytes.
  func output(of record: RunRecord, in context: StepContext) throws -> StepOutput?
  /// Does it once for each unit; nil where it was stopped.
  func run(_ units: [StepUnit], in context: StepContext) throws -> [UInt64: StepOutput]?
}

/// The actions there are.
package enum StepActions {
  package static let all: [any StepAction.Type] = [
    AddStep.self, CheckStep.self, CleanStep.self, PrepareStep.self, FitStep.self, AutopilotStep.self,
    EvaluateStep.self, PredictStep.self, ExportStep.self,
  ]
}

/// One run of a step.
package struct StepUnit: Sendable {
  var seed: UInt64
  var record: StepRecord
  /// A run that was interrupted and can go on.
  var unfinished: String?
}

extension StepAction {
  package var tables: [String] { [] }
  package var dataSet: String? { nil }
  package func seeds(in workflow: Workflow) -> [UInt64] { [0] }

  package func check(in workflow: Workflow) throws {}

  package func digests(seed: UInt64, in context: StepContext) throws -> [String: InputDigest] {
    try context.digests(of: self, seed: seed)
  }
}

/// A step whose every run is recorded here, as others' are by those who do them.
protocol RecordedStep: StepAction {
  static var kind: RunKind { get }
  /// The rows that it takes, where they are not those of its source.
  var rows: StepInput? { get }
  /// The model that it takes.
  var model: StepInput? { get }
  /// nil where it was stopped.
  func perform(_ unit: StepUnit, in context: StepContext, recording run: RunWriter) throws -> StepOutput?
}

extension RecordedStep {
  var model: StepInput? { nil }

  /// What its runs are shown to work on: what they make, or else what they look at.
  private func target(in context: StepContext) throws -> String {
    try dataSet ?? rows.map { try context.address($0) } ?? ""
  }

  package func run(_ units: [StepUnit], in context: StepContext) throws -> [UInt64: StepOutput]? {
    var outputs: [UInt64: StepOutput] = [:]
    for unit in units {
      if context.shouldStop() { return nil }
      let run = try context.start(
        unit, Self.kind, subject: Self.name, target: target(in: context), rows: rows,
        model: model.map { context.model($0, seed: unit.seed) })
      run.recordCode()
      do {
        guard let output = try perform(unit, in: context, recording: run) else {
          try run.finish(status: .interrupted)
          return nil
        }
        try run.set(output.parameters)
        try run.finish(status: .finished)
        outputs[unit.seed] = output
      } catch {
        try? run.finish(status: .failed, message: sentence(of: error))
        throw error
      }
    }
    return outputs
  }

  package func output(of record: RunRecord, in context: StepContext) throws -> StepOutput? {
    try context.output(recordedIn: record)
  }
}
