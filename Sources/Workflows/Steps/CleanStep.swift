import DataQuality
import Preparing
import Runs
import Telemetry
import Tracker

/// Repairs a version by a plan.
struct CleanStep: RecordedStep {
  static let name = "clean"
  static let summary = "a version by the repairs of a plan"
  static let kind = RunKind.dataset
  static let fields = ["plan", "as", "note"]

  private let source: StepInput
  private let plan: StepDocument<CleaningPlan>
  private let note: String
  let dataSet: String?

  init(_ fields: StepFields) throws {
    source = try fields.input(Self.name, .data)
    _ = try fields.required("plan")
    plan = try fields.document("plan") { try CleaningPlan(yaml: $0, source: $1) }!
    note = try fields.text("note") ?? ""
    dataSet = try fields.dataSet()
  }

  var product: StepProduct { .data }
  var rows: StepInput? { source }
  var inputs: [StepInput] { [source] }
  var settings: [String: String] { ["as": dataSet!] }

  func digests(seed: UInt64, in context: StepContext) throws -> [String: InputDigest] {
    try context.digests(of: self, seed: seed).merging([plan.label: .known(plan.digest)]) { $1 }
  }

  func perform(_ unit: StepUnit, in context: StepContext, recording run: RunWriter) throws -> StepOutput? {
    var cleaning = DataCleaning(of: try context.version(source), by: plan.content, yaml: plan.text)
    (cleaning.name, cleaning.note, cleaning.program) = (dataSet!, note, "rlrun \(context.program)")
    guard let report = try cleaning.run(in: context.repository, shouldStop: context.shouldStop) else { return nil }
    run.record(report.version)
    for (index, count) in report.changes.enumerated() {
      let repair = plan.content.repairs[index].repair
      run.record(Metric("clean/\(index + 1)-\(type(of: repair).name)"), Double(count), step: 1)
    }
    return .version(report.version)
  }
}
