import DataQuality
import DataSources
import DataVersions
import Datasets
import Formats
import Preparing
import Runs
import Telemetry
import Tracker

/// Adds the rows of a source as a version of a data set.
struct AddStep: RecordedStep {
  static let name = "add"
  static let summary = "the rows of a file, a folder or a database as a version of a data set"
  static let kind = RunKind.dataset
  static let fields =
    ["as", "expect", "as-written", "note", "kinds", "header"] + words + lists
    + ["format", "sheet", "range", "table", "query", "text-unit", "pixels", "on-error"]
  private static let words = ["delimiter", "decimal", "encoding"]
  private static let lists = ["na", "no-na"]

  private let source: StepInput?
  /// A file, a folder or an address, as the workflow has it, but for passwords, and as the program opens it.
  private let address: (text: String, path: String)
  private let request: TableRequest
  private let options: SourceOptions
  private let isAsWritten: Bool
  private let expectations: StepDocument<Expectations>?
  private let note: String
  let dataSet: String?
  let settings: [String: String]

  init(_ fields: StepFields) throws {
    dataSet = try fields.dataSet()
    let text = try fields.required(Self.name)
    let path = Workflow.path(text, from: fields.folder)
    if fields.namesStep(text) || text.hasPrefix(DataSetReference.prefix) {
      source = try fields.input(Self.name, .rows)
      address = (text, path)
    } else {
      source = nil
      let location = try fields.naming(Self.name) { try DataLocation(path) }
      if case .address = location.kind { address = (location.redacted, path) } else { address = (text, path) }
    }
    var request = try fields.naming(Self.name) {
      try TableRequest(
        delimiter: fields.text("delimiter"), decimal: fields.text("decimal"), encoding: fields.text("encoding"),
        missing: fields.list("na"), notMissing: fields.list("no-na")
      ) { "'\($0)'" }
    }
    request.hasHeader = try fields.flag("header") ?? true
    for (column, word) in try fields.texts("kinds").sorted(by: { $0.key < $1.key }) {
      try fields.naming("kinds") { try request.setKind(of: column, word) }
    }
    self.request = request
    options = SourceOptions(
      format: try fields.text("format"), sheet: try fields.text("sheet"), range: try fields.text("range"),
      table: try fields.text("table"), query: try fields.text("query"),
      textUnit: try fields.choice("text-unit", of: SourceOptions.TextUnit.self),
      keepsPixels: try fields.flag("pixels") ?? false,
      onError: try fields.choice("on-error", of: SourceOptions.ErrorPolicy.self) ?? .stop)
    isAsWritten = try fields.flag("as-written") ?? false
    expectations = try fields.expectations()
    note = try fields.text("note") ?? ""
    settings = try fields.settings(of: Self.self, without: ["expect", "note"]).merging(["as": dataSet!]) { $1 }
  }

  var product: StepProduct { .data }
  var rows: StepInput? { source }
  var inputs: [StepInput] { source.map { [$0] } ?? [] }
  var tables: [String] { expectations?.content.tables ?? [] }

  func digests(seed: UInt64, in context: StepContext) throws -> [String: InputDigest] {
    var digests = try context.digests(of: self, seed: seed)
    if source == nil { digests[address.text] = try context.digest(ofFile: address.path) }
    if let expectations { digests[expectations.label] = .known(expectations.digest) }
    return digests
  }

  func perform(_ unit: StepUnit, in context: StepContext, recording run: RunWriter) throws -> StepOutput? {
    let path = try source.map { try context.address($0) } ?? address.path
    var addition = DataAddition(
      to: dataSet!, from: path, request: request, options: options, note: note, program: "rlrun \(context.program)")
    (addition.asWritten, addition.expectations) = (isAsWritten, expectations?.content)
    let report = try addition.run(
      in: context.repository, onRows: { context.report(.rows($0)) }, shouldStop: context.shouldStop)
    guard let report else { return nil }
    try requireUnchanged(unit, report, context)
    for remark in report.remarks { context.report(.remark("\(address.text): \(remark)")) }
    for finding in report.findings {
      for warning in finding.warnings { context.report(.remark("\(quoted(finding.name)): \(warning)")) }
    }
    for (column, count) in report.oddValues.sorted(by: { $0.key < $1.key }) {
      context.report(.remark("\(quoted(column)): \(count) values are not of its kind and count as missing"))
    }
    run.record(report.version)
    return .version(report.version)
  }

  /// Throws where the source has other bytes than when it was looked at.
  private func requireUnchanged(_ unit: StepUnit, _ report: DataAddition.Report, _ context: StepContext) throws {
    let planned = unit.record.inputs[Redaction.text(address.text)]
    if source != nil || report.version.sources.last?.sha256 == planned { return }
    context.forgetFiles()
    if case .known(let sha256) = try context.digest(ofFile: address.path), sha256 != planned {
      throw DataProblem("'\(address.text.printable)' changed while it was read: run the workflow again")
    }
  }
}

extension RunWriter {
  /// How many rows and columns a version has.
  func record(_ version: DataVersion) {
    record("data/rows", Double(version.rows), step: 1)
    record("data/columns", Double(version.columns.count), step: 1)
  }
}

extension Expectations {
  /// The tables that they name.
  var tables: [String] {
    expectations.compactMap {
      ($0.expectation as? ReferenceExpectation)?.table ?? ($0.expectation as? DriftExpectation)?.table
    }
  }
}
