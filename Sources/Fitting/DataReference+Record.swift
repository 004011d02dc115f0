import Datasets
import Foundation
import Runs
import Settings
import Telemetry

// How data were read, in the record of a fit.
extension DataReference {
  /// What was decided of the file and of each column, which is long.
  ///
  /// A fit of an earlier version recorded the header and the delimiter alone, and does so when it is run again: there is
  /// neither this nor a request.
  var recordedReading: HyperparameterValue? { format.isOfFirstRules ? nil : .json(reading) }

  /// By command-line names what was asked for.
  var recordedRequest: [String: HyperparameterValue] {
    if format.isOfFirstRules { return [:] }
    var settings: [String: HyperparameterValue] = [:]
    settings["decimal"] = request.decimal.map { .text($0.rawValue) }
    settings["encoding"] = request.encoding.map { .text($0.rawValue) }
    if !request.kinds.isEmpty { settings["kind"] = .json(request.kinds.mapValues(\.description)) }
    if !request.missing.isEmpty { settings["na"] = .json(request.missing) }
    if !request.notMissing.isEmpty { settings["no-na"] = .json(request.notMissing) }
    return settings
  }

  /// The data of a recorded fit; of a version, `repository` follows when its store is known.
  init(recorded settings: RecordedSettings, path: String, target: String?, group: String?) throws {
    let request = try TableRequest(recorded: settings)
    let format = CSVFormat.ofFirstRules(hasHeader: request.hasHeader, delimiter: request.delimiter ?? ",")
    self.init(
      path: path, sha256: try settings.text("data-sha256") ?? "", rows: try settings.integer("data-rows") ?? 0,
      reading: try settings.decoded("reading", as: TableReading.self) ?? TableReading(ofFirstRules: format),
      request: request, target: target)
    if isVersion, let group { ids = [group] }
  }

  /// The validation rows of a recorded fit of `data`.
  init(recorded settings: RecordedSettings, path: String, validating data: DataReference) throws {
    var reading = data.reading
    if let format = try settings.decoded("validation-reading", as: CSVFormat.self) { reading.format = format }
    self.init(
      path: path, sha256: try settings.text("validation-data-sha256") ?? "",
      rows: try settings.integer("validation-data-rows") ?? 0, reading: reading, request: data.request,
      target: data.target, ids: data.ids)
  }

  /// Validation rows beside these of `data`. Before kinds were recorded those of the columns were handed on, but for columns
  /// without values.
  func read(beside data: DataFile) throws -> DataFile {
    guard format.isOfFirstRules else { return try read() }
    var reference = self
    reference.reading.columns = data.table.kinds.mapValues { ColumnReading(kind: $0) }
    return try reference.read()
  }
}

extension TableRequest {
  fileprivate init(recorded settings: RecordedSettings) throws {
    self.init()
    if let flag = try settings.flag("header") { hasHeader = flag }
    delimiter = try settings.text("delimiter")?.unicodeScalars.first
    decimal = try settings.text("decimal").flatMap { DecimalMark(rawValue: $0) }
    encoding = try settings.text("encoding").flatMap { TextEncoding(rawValue: $0) }
    kinds = try settings.decoded("kind", as: [String: String].self)?.compactMapValues { AskedKind($0) } ?? [:]
    missing = try settings.decoded("na", as: [String].self) ?? []
    notMissing = try settings.decoded("no-na", as: [String].self) ?? []
  }
}
