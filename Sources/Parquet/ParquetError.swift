import Files
import Formats

/// Why a Parquet file could not be read or written.
package struct ParquetError: UserFacingError, Hashable, Sendable {
  package enum Reason: Error, Hashable, Sendable {
    /// A call of the operating system failed.
    case file(FileError)
    /// The bytes do not begin and end as a Parquet file does.
    case notParquet
    /// The file contradicts itself or the format.
    case damaged(String)
    /// The file is sound but uses a part of the format that is not read here.
    case unsupported(String)
    /// Reading would need more memory than the limit allows.
    case tooLarge(bytes: Int, limit: Int)
    /// The values handed to a writer do not fit its schema.
    case unsuitable(String)
  }

  /// The file; empty for bytes in memory.
  package var path: String
  /// The column it happened in, where it is about one.
  package var column: String?
  package var reason: Reason

  package init(path: String, column: String? = nil, _ reason: Reason) {
    self.path = path
    self.column = column
    self.reason = reason
  }

  package var status: FailureStatus { .failedWork }

  /// One sentence.
  package var description: String {
    let file = path.isEmpty ? "the Parquet data" : "'\(path.printable)'"
    let place = column.map { "\(file), column '\($0.printable)'" } ?? file
    return switch reason {
    case .file(let error): error.description
    case .notParquet: "\(file) is not a Parquet file: it does not begin and end with PAR1"
    case .damaged(let problem): "\(place): the Parquet data are damaged: \(problem)"
    case .unsupported(let feature): "\(place): \(feature)"
    case .tooLarge(let bytes, let limit):
      "\(place): reading a column chunk needs \(bytes >> 20) MiB of memory, and the limit is \(limit >> 20) MiB"
    case .unsuitable(let problem): "\(place): \(problem)"
    }
  }
}

/// What the inner parts throw, before the file and the column are added.
typealias Fault = ParquetError.Reason

extension Fault {
  static let truncated = Fault.damaged("a value extends beyond the end of its page or of the metadata")
}
