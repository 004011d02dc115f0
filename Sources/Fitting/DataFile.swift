import Datasets
import Files
import Formats
import Foundation
import Settings
import Telemetry
import Tracker

/// A CSV file as it was when it was read: its rows, how they were read, and the digest of its bytes. Read one to fit a model to
/// it, or to see what was found in its columns.
///
/// ```swift
/// import Datasets
///
/// let data = try DataFile("iris.csv", request: TableRequest(kinds: ["species": AskedKind(.category)]))
/// for column in data.findings { print(column.name, column.kind, column.warnings) }
/// ```
public struct DataFile: Sendable {
  /// Absolute.
  public let path: String
  /// SHA-256 in lower-case hexadecimal.
  public let sha256: String
  public let table: Table
  /// How it was read, to read it so again.
  package let reading: TableReading
  /// What was found in each column.
  public let findings: [ColumnFinding]
  /// What is unusual about the way it is written, in a few words each.
  public let remarks: [String]
  /// What was said of it before it was read.
  let request: TableRequest
  private let target: String?
  /// The column whose numbers are kept as they are written.
  var spelledTarget: String? { target }

  package var format: CSVFormat { reading.format }

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

  /// Reads a file as it was read when `reading` was recorded.
  init(_ path: String, reading: TableReading, request: TableRequest, target: String?) throws(DataFileError) {
    try self.init(path, request, target) { source throws(DatasetError) in
      try TableReport(source, reading: reading, target: target)
    }
  }

  /// Reads other rows with the columns of `data`: they mean what they mean there. How the file is written is found out.
  public init(_ path: String, columnsOf data: DataFile) throws(DataFileError) {
    try self.init(path, data.request, data.target) { source throws(DatasetError) in
      try TableReport(source, columnsOf: data.reading, request: data.request, target: data.target)
    }
  }

  private init(
    _ path: String, _ request: TableRequest, _ target: String?,
    _ read: (ByteSource) throws(DatasetError) -> TableReport
  ) throws(DataFileError) {
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    self.request = request
    self.target = target
    do throws(DatasetError) {
      let report = try read(try ByteSource(path))
      (table, reading, findings, remarks) = (report.table, report.reading, report.findings, report.remarks)
      sha256 = report.sha256
    } catch {
      throw DataFileError(path: path, reason: error)
    }
  }

  /// The file with what a target needs: the spelling of its numbers where they are classes, and its values where it was
  /// taken for an id. Reads it again only for that.
  func prepared(for target: String?, areClasses: Bool) throws(DataFileError) -> DataFile {
    guard let target, target != self.target, !format.isOfFirstRules, let column = try? table.column(target),
      column.kind == .id || areClasses && !table.hasSpelling(of: target)
    else { return self }
    return try readAgain(request, target)
  }

  /// The file with the values of a column that was taken for an id. Reads it again only for that.
  func withValues(of name: String) throws(DataFileError) -> DataFile {
    guard let column = try? table.column(name), column.kind == .id else { return self }
    var request = request
    request.kinds[name] = AskedKind(.category)
    return try readAgain(request, target)
  }

  private func readAgain(_ request: TableRequest, _ target: String?) throws(DataFileError) -> DataFile {
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

  /// The file's name without its folders.
  public var name: String { URL(fileURLWithPath: path).lastPathComponent }
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

extension DataFileError {
  public var description: String {
    switch reason {
    case .unreadable: return reason.description
    case .missingColumn(let name, let present):
      let shown = present.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
      let more = present.count > 12 ? " and \(present.count - 12) more" : ""
      return "'\(path)' has no column '\(name)'" + (didYouMean(name, among: present) ?? "; it has \(shown)\(more)")
    case .badHeader(let problem) where problem.hasPrefix("there are only numbers"):
      return "'\(path)', line 1: there are only numbers, so this is not a header; use --no-header if the data have none"
    default:
      let text = reason.description
      return "'\(path)': \(text.hasSuffix(".") ? text.dropLast() : text[...])"
    }
  }

  /// Runs `body`, whose errors are about the file at `path`.
  static func naming<Result: ~Copyable>(
    _ path: String, _ body: () throws(DatasetError) -> Result
  ) throws(DataFileError) -> Result {
    do {
      return try body()
    } catch {
      throw DataFileError(path: path, reason: error)
    }
  }
}
