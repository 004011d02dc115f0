import DataQuality
import DataVersions
import Preparing
import Runs
import Tracker

/// Looks for faults; ends the workflow where an expectation is broken. What takes a check takes what was checked.
struct CheckStep: RecordedStep {
  static let name = "check"
  static let summary = "faults and broken expectations; the rows are handed on"
  static let kind = RunKind.dataset
  static let fields = ["expect", "target", "group", "only"]

  private let source: StepInput
  private let checking: DataChecking
  private let expectations: StepDocument<Expectations>?
  let settings: [String: String]

  init(_ fields: StepFields) throws {
    source = try fields.input(Self.name, .rows)
    expectations = try fields.expectations()
    var checking = DataChecking(of: "")
    checking.expectations = expectations?.content
    (checking.target, checking.groups) = (try fields.text("target"), try fields.list("group"))
    if fields.has("only") {
      let names = try fields.list("only")
      for name in names {
        try fields.naming("only") { try DataChecks.require(name) }
      }
      checking.checks = names
    }
    self.checking = checking
    settings = try fields.settings(of: Self.self, without: ["expect"])
  }

  var product: StepProduct { if case .file = source.place { .file } else { .data } }
  var rows: StepInput? { source }
  var inputs: [StepInput] { [source] }
  var tables: [String] { expectations?.content.tables ?? [] }

  func digests(seed: UInt64, in context: StepContext) throws -> [String: InputDigest] {
    var digests = try context.digests(of: self, seed: seed)
    if let expectations { digests[expectations.label] = .known(expectations.digest) }
    return digests
  }

  func perform(_ unit: StepUnit, in context: StepContext, recording run: RunWriter) throws -> StepOutput? {
    var checking = checking
    checking.address = try context.address(source)
    let report = try checking.run(in: context.repository)
    run.record("data/rows", Double(report.rows), step: 1)
    run.record("data/columns", Double(report.columns), step: 1)
    run.record("data/issues", Double(report.issues.count), step: 1)
    let broken = report.issues.filter { $0.check == ExpectationCheck.name }.count
    run.record("data/broken_expectations", Double(broken), step: 1)
    context.report(.checked(report))
    if broken > 0 {
      throw DataProblem(
        "'\(checking.address)' breaks \(broken == 1 ? "an expectation" : "\(broken) expectations"): the workflow ends at the step "
          + "'\(unit.record.step)'")
    }
    return try passed(in: context)
  }

  func output(of record: RunRecord, in context: StepContext) throws -> StepOutput? { try passed(in: context) }

  /// What was checked.
  private func passed(in context: StepContext) throws -> StepOutput? {
    switch source.place {
    case .file(let path):
      if case .known(let sha256) = try context.digest(ofFile: path) { .file(path: path, sha256: sha256) } else { nil }
    case .version: .version(try context.version(source))
    case .step(let name): context.outputs[name]?.first?.value
    }
  }
}
