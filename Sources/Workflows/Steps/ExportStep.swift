import Preparing
import Runs
import Tracker

/// Writes a version as a CSV file.
struct ExportStep: RecordedStep {
  static let name = "export"
  static let summary = "a version as a CSV file"
  static let kind = RunKind.transform
  static let fields = ["output", "columns", "row-ids"]

  private let source: StepInput
  private let file: StepFile
  private let columns: [String]
  private let hasIDs: Bool
  let settings: [String: String]

  init(_ fields: StepFields) throws {
    source = try fields.input(Self.name, .data)
    file = try StepFile(fields)
    columns = try fields.list("columns")
    hasIDs = try fields.flag("row-ids") ?? false
    settings = try fields.settings(of: Self.self)
  }

  var product: StepProduct { .file }
  var rows: StepInput? { source }
  var inputs: [StepInput] { [source] }
  func output(of record: RunRecord, in context: StepContext) throws -> StepOutput? {
    try context.output(recordedIn: record, file: file.path)
  }

  func perform(_ unit: StepUnit, in context: StepContext, recording run: RunWriter) throws -> StepOutput? {
    let version = try context.version(source)
    let wanted = columns.isEmpty ? nil : try version.columns(named: columns)
    let sha256 = try file.write(unless: context.shouldStop) { sink in
      try version.writeCSV(
        columns: wanted, withIDs: hasIDs, in: context.repository, shouldStop: context.shouldStop, to: sink)
    }
    guard let sha256 else { return nil }
    run.record("data/rows", Double(version.rows), step: 1)
    return .file(path: file.path, sha256: sha256)
  }
}
