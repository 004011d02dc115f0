import Files
import Formats

/// The reason why data could not be read or do not fit a model. Match on it where one reason has another answer than the rest.
///
/// ```swift
/// let table = Table([("length", .numbers([5.1]))])
/// do {
///   print(try table.column("width").count)
/// } catch .missingColumn(let name, let present) {
///   print("no \(name) among \(present)")  // no width among ["length"]
/// }
/// ```
public enum DatasetError: UserFacingError, Hashable, Sendable {
  /// The file cannot be opened or read, for this reason of the system's.
  case unreadable(path: String, reason: String)
  /// There is not a single byte of data, not even a header.
  case empty
  /// The record that begins at this line (counted from 1) is malformed.
  case badRow(line: Int, problem: String)
  /// The first line does not name the columns as it should.
  case badHeader(String)
  /// A column that is needed is not there.
  case missingColumn(String, present: [String])
  /// A column holds something else than is needed.
  case wrongKind(column: String, expected: ColumnKind, found: ColumnKind)
  /// The value at this line was not among those that the encoder was fitted on, and is to be refused.
  case unseen(value: String, column: String, line: Int)
  /// The target has no value at this line.
  case missingTarget(column: String, line: Int)
  /// What was asked for cannot be done with these data.
  case unsuitable(String)
}

extension DatasetError {
  /// One sentence.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)."
    case .empty: "The data are empty: there is no header and no row."
    case .badRow(let line, let problem): "Line \(line): \(problem)."
    case .badHeader(let problem): "Line 1: \(problem)."
    case .missingColumn(let name, let present):
      "The data have no column \(quoted(name)); they have \(present.map { quoted($0) }.joined(separator: ", "))."
    case .wrongKind(let column, let expected, let found):
      "The column \(quoted(column)) should hold \(expected.inWords) but holds \(found.inWords)."
    case .unseen(let value, let column, let line):
      "Line \(line): the column \(quoted(column)) has the value \(quoted(value)), which was not there when the encoder was fitted."
    case .missingTarget(let column, let line): "Line \(line): the target column \(quoted(column)) has no value."
    case .unsuitable(let problem): "\(problem)."
    }
  }

  /// `badUsage` where what the user named is not there, rather than the data being at fault.
  public var status: FailureStatus {
    switch self {
    case .unreadable, .missingColumn: .badUsage
    case .empty, .badRow, .badHeader, .wrongKind, .unseen, .missingTarget, .unsuitable: .failedWork
    }
  }
}

extension DatasetError {
  init(_ error: FileError) { self = .unreadable(path: error.path, reason: FileError.words(error.code)) }

  /// A value that is not of the kind its column has to be.
  static func badValue(_ value: String, column: String, line: Int, expected: ColumnKind) -> DatasetError {
    .badRow(line: line, problem: "\(quoted(value)) in the column \(quoted(column)) is not a \(expected)")
  }
}
