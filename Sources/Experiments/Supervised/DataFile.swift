import Datasets
import Foundation
import Telemetry
import Tracker

/// A CSV file as it was when it was read: its rows and the digest of its bytes.
public struct DataFile: Sendable {
  /// Absolute.
  public let path: String
  public let format: CSVFormat
  /// SHA-256 in lower-case hexadecimal.
  public let sha256: String
  public let table: Table

  /// Reads a file; columns in `kinds` have to be of that kind. Throws `DataFileError`.
  public init(
    _ path: String, format: CSVFormat = CSVFormat(), kinds: [String: ColumnKind] = [:]
  ) throws(DataFileError) {
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    self.format = format
    do throws(DatasetError) {
      // Read once, so that the rows are those that the digest is of.
      let bytes = try Self.bytes(of: path)
      table = try Table(csvBytes: bytes, format: format, kinds: kinds)
      sha256 = SHA256.hexadecimal(bytes)
    } catch {
      throw DataFileError(path: path, reason: error)
    }
  }

  /// The file's name without its folders.
  public var name: String { URL(fileURLWithPath: path).lastPathComponent }

  private static func bytes(of path: String) throws(DatasetError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    do {
      return Array(try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).readToEnd() ?? Data())
    } catch {
      throw .unreadable(path: path, reason: "it is no file of data")
    }
  }
}

/// What is wrong with a file of data, in one sentence.
public struct DataFileError: Error, Hashable, Sendable {
  public var path: String
  public var reason: DatasetError
}

extension DataFileError: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .unreadable: return reason.description
    case .missingColumn(let name, let present):
      let shown = present.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
      let more = present.count > 12 ? " and \(present.count - 12) more" : ""
      return "'\(path)' has no column '\(name)'" + (didYouMean(name, among: present) ?? "; it has \(shown)\(more)")
    case .badHeader(let problem) where problem.hasPrefix("there are only numbers"):
      return "'\(path)', line 1: there are only numbers, so this is no header; say --no-header if the data have none"
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
