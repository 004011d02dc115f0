import DataVersions
import Datasets
import Files
import Formats
import Foundation
import Runs
import Settings
import Telemetry
import Tracker

/// A CSV file, or a version of a data set, as it was when it was read: its rows, how they were read, and the digest of its bytes. Read one to fit a model to
/// it, or to see what was found in its columns.
///
/// ```swift
/// import Datasets
///
/// let data = try DataFile("iris.csv", request: TableRequest(kinds: ["species": AskedKind(.category)]))
/// for column in data.findings { print(column.name, column.kind, column.warnings) }
/// ```
public struct DataFile: Sendable {
  /// What it is, without its rows.
  public let reference: DataReference
  public let table: Table
  /// What was found in each column.
  public let findings: [ColumnFinding]
  /// What is unusual about the way it is written, in a few words each.
  public let remarks: [String]

  /// Absolute, or a version as `data:iris@3`.
  public var path: String { reference.path }
  /// SHA-256 in lower-case hexadecimal.
  public var sha256: String { reference.sha256 }
  package var reading: TableReading { reference.reading }
  package var format: CSVFormat { reference.format }

  /// Reads a file and finds out what `request` does not say.
  ///
  /// `target` is a column that may hold classes: how its labels are written is kept. Throws `DataFileError`.
  public init(
    _ path: String, request: TableRequest = TableRequest(), target: String? = nil
  ) throws(DataFileError) {
    try self.init(path, request, target) { source throws(DatasetError) in
      try TableReport(source, request: request, target: target)
    }
  }

  /// Reads a file, or a version of a data set of the store in the folder `store`: `data:iris@3`, or `iris@3` where no file has
  /// that name.
  ///
  /// Throws `DataFileError`, or `DataRepositoryError` for a version.
  public init(
    _ address: String, storeAt store: String, request: TableRequest = TableRequest(), target: String? = nil
  ) throws {
    let repository = DataRepository(store: store)
    guard let version = try repository.version(at: address) else {
      self = try DataFile(address, request: request, target: target)
      return
    }
    guard request == TableRequest() else {
      throw ConfigurationError(
        "how the columns of \(version.reference) are read is recorded with it: leave out options such as --kind, or add the data "
          + "anew with them")
    }
    try self.init(version, in: repository, target: target, ids: [])
  }

  /// Reads other rows with the columns of `data`: they mean what they mean there. How the file is written is found out.
  public init(_ path: String, columnsOf data: DataFile) throws(DataFileError) {
    let (request, target, reading) = (data.reference.request, data.reference.target, data.reading)
    try self.init(path, request, target) { source throws(DatasetError) in
      try TableReport(source, columnsOf: reading, request: request, target: target)
    }
  }

  /// Reads other rows, of a file or of a version, with the columns of `data`.
  public init(_ address: String, storeAt store: String, columnsOf data: DataFile) throws {
    let repository = DataRepository(store: store)
    if let version = try repository.version(at: address) {
      try self.init(version, in: repository, target: data.reference.target, ids: data.reference.ids)
    } else {
      self = try DataFile(address, columnsOf: data)
    }
  }

  /// Reads what a reference refers to, as it was read before.
  init(reading reference: DataReference) throws {
    if reference.isVersion {
      guard let name = DataSetReference(reference.path), let repository = reference.repository else {
        throw ConfigurationError("'\(reference.path)' is a data set of a store, and the store is not known")
      }
      try self.init(
        repository.version(name), in: repository, target: reference.target, ids: reference.ids, as: reference.reading)
    } else {
      let (reading, target) = (reference.reading, reference.target)
      try self.init(reference.path, reference.request, target, ids: reference.ids) { source throws(DatasetError) in
        try TableReport(source, reading: reading, target: target)
      }
    }
  }

  private init(
    _ path: String, _ request: TableRequest, _ target: String?, ids: Set<String> = [],
    _ read: (ByteSource) throws(DatasetError) -> TableReport
  ) throws(DataFileError) {
    do throws(DatasetError) {
      let report = try read(try ByteSource(path))
      (table, findings, remarks) = (report.table, report.findings, report.remarks)
      reference = DataReference(
        path: URL(fileURLWithPath: path).standardizedFileURL.path, sha256: report.sha256, rows: report.table.rowCount,
        reading: report.reading, request: request, target: target, ids: ids)
    } catch {
      throw DataFileError(path: path, reason: error)
    }
    DataReference.keep(self)
  }

  private init(
    _ version: DataVersion, in repository: DataRepository, target: String?, ids: Set<String>,
    as reading: TableReading? = nil
  ) throws {
    let (table, findings) = try version.understood(
      reading: ids.union(target.map { [$0] } ?? []), target: target, in: repository)
    (self.table, self.findings, remarks) = (table, findings, [])
    let found = TableReading(
      format: version.reading?.format ?? CSVFormat(), missing: version.reading?.missing ?? MissingValues(),
      columns: Dictionary(findings.map { ($0.name, $0.reading) }, uniquingKeysWith: { first, _ in first }))
    reference = DataReference(
      path: "\(version.reference)", sha256: version.sha256, rows: version.rows, reading: reading ?? found,
      request: TableRequest(), target: target, ids: ids, repository: repository)
    DataReference.keep(self)
  }

  /// The file with what a target needs: the spelling of its numbers where they are classes, and its values where it was
  /// taken for an id. Reads it again only for that.
  func prepared(for target: String?, areClasses: Bool) throws -> DataFile {
    guard let target, target != reference.target, !format.isOfFirstRules, let column = try? table.column(target),
      column.kind == .id || areClasses && !table.hasSpelling(of: target)
    else { return self }
    return try readAgain(target: target)
  }

  /// The file with the values of a column that was taken for an id. Reads it again only for that.
  func withValues(of name: String) throws -> DataFile {
    guard let column = try? table.column(name), column.kind == .id else { return self }
    return try readAgain(target: reference.target, id: name)
  }

  /// The rows with the columns of `data`, whose target's spelling is wanted.
  func readAgain(columnsOf data: DataFile) throws -> DataFile {
    guard let repository = reference.repository, let name = DataSetReference(path) else {
      return try DataFile(path, columnsOf: data)
    }
    return try DataFile(
      repository.version(name), in: repository, target: data.reference.target, ids: data.reference.ids)
  }

  private func readAgain(target: String?, id: String? = nil) throws -> DataFile {
    var (request, ids) = (reference.request, reference.ids)
    if let id { ids.insert(id) }
    if let repository = reference.repository, let name = DataSetReference(path) {
      return try DataFile(repository.version(name), in: repository, target: target, ids: ids)
    }
    if let id { request.kinds[id] = AskedKind(.category) }
    let data = try DataFile(path, request: request, target: target)
    if data.sha256 != sha256 {
      throw DataFileError(path: path, reason: .unsuitable("It has changed since it was read"))
    }
    return data
  }

  /// Of a column of words; nil where all of them are numbers or none is known.
  func firstValueThatIsNoNumber(in column: Column) -> (value: String, line: Int)? {
    switch column {
    case .categories(let words), .texts(let words):
      guard let row = words.firstThatIsNoNumber else { return nil }
      return (quoted(words[row]!), table.lines[row])
    default: return nil
    }
  }

  /// The file's name without its folders, or the version.
  public var name: String { reference.name }
}

/// What is wrong with a file of data, in one sentence.
///
/// ```swift
/// do throws(DataFileError) {
///   _ = try DataFile("nowhere.csv")
/// } catch {
///   print(error.sentence)  // 'nowhere.csv' cannot be read: No such file or directory.
/// }
/// ```
public struct DataFileError: UserFacingError, Hashable, Sendable {
  public var path: String
  public var reason: DatasetError

  public var status: FailureStatus { reason.status }
}

extension DataFile {
  /// Throws where there is no such column; `target` is none that is meant.
  package func require(_ column: String, target: String? = nil) throws(DataFileError) {
    guard !table.names.contains(column) else { return }
    throw DataFileError(path: path, reason: .missingColumn(column, present: table.names.filter { $0 != target }))
  }

  /// Runs `body`, whose errors of data are about those of `data`.
  package static func naming<Result>(_ data: DataFile, _ body: () throws -> Result) throws -> Result {
    try DataFileError.naming(data.path, body)
  }
}

extension DataFileError {
  public var description: String {
    switch reason {
    case .unreadable: return reason.description
    case .missingColumn(let name, let present):
      let shown = present.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
      let more = present.count > 12 ? " and \(present.count - 12) more" : ""
      return "'\(path)' has no column '\(name)'"
        + (present.isEmpty ? ", which the model needs" : didYouMean(name, among: present) ?? "; it has \(shown)\(more)")
    case .badHeader(let problem) where problem.hasPrefix("there are only numbers"):
      return "'\(path)', line 1: there are only numbers, so this is not a header; use --no-header if the data have none"
    default:
      let text = reason.description
      return "'\(path)': \(text.hasSuffix(".") ? text.dropLast() : text[...])"
    }
  }

  /// Runs `body`, whose errors of data are about those at `path`.
  static func naming<Result: ~Copyable>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as DatasetError {
      throw DataFileError(path: path, reason: error)
    }
  }
}
