import Datasets
import Files
import Formats
import Parquet
import Settings

/// Why a data set could not be read or written, in one sentence.
package enum DataRepositoryError: UserFacingError, Hashable, Sendable {
  case badName(String)
  case unknownDataSet(String, nearest: String?)
  case unknownVersion(String, asked: Int, latest: Int)
  case unknownTag(String, tag: String, known: [String])
  /// The version was deleted.
  case deleted(String)
  /// Another process writes the data set.
  case busy(String)
  case damaged(path: String, problem: String)
  /// A version of a later program.
  case newer(path: String)
  /// Rows cannot be added to a version whose columns are others.
  case otherColumns(String, problem: String)
  /// A column's name is taken.
  case reservedColumn(String)
  /// A value that cannot be stored.
  case unsuitable(column: String, problem: String)
  case noColumns(String)
  case data(DatasetError)
  case parquet(ParquetReason)
  case file(FileError)

  /// A sentence about a part.
  package struct ParquetReason: Hashable, Sendable { let error: ParquetError }

  package var description: String {
    switch self {
    case .badName(let name):
      "'\(name.printable)' cannot name a data set: use letters, digits, _, - and ., and begin with a letter or a digit"
    case .unknownDataSet(let name, let nearest):
      "there is no data set '\(name.printable)'"
        + (nearest.map { "; did you mean \($0)?" } ?? ": 'rlrun data list' lists them")
    case .unknownVersion(let name, let asked, let latest):
      "the data set '\(name)' has no version \(asked): its latest is \(latest)"
    case .unknownTag(let name, let tag, let known):
      "the data set '\(name)' has no tag '\(tag)'"
        + (didYouMean(tag, among: known) ?? (known.isEmpty ? "" : "; it has \(known.joined(separator: ", "))"))
    case .deleted(let name): "\(name) was deleted"
    case .busy(let name): "the data set '\(name)' is being written by another process: try again when it has ended"
    case .damaged(let path, let problem): "'\(path)' is damaged: \(problem)"
    case .newer(let path): "'\(path)' was written by a newer program: use a newer rlrun"
    case .otherColumns(let name, let problem): "the rows cannot be appended to \(name): \(problem)"
    case .reservedColumn(let name): "a column is called '\(name)', the name that row ids have: rename it"
    case .unsuitable(let column, let problem): "the column '\(column.printable)' cannot be stored: \(problem)"
    case .noColumns(let name): "'\(name)' has no columns to store"
    case .data(let error): error.description
    case .parquet(let reason): reason.error.description
    case .file(let error): error.description
    }
  }

  package var status: FailureStatus {
    switch self {
    case .badName, .unknownDataSet, .unknownVersion, .unknownTag, .deleted, .reservedColumn: .badUsage
    case .data(let error): error.status
    default: .failedWork
    }
  }
}

/// Does `work`, whose errors are of files.
func onDisk<Result: ~Copyable>(_ work: () throws(FileError) -> Result) throws(DataRepositoryError) -> Result {
  do throws(FileError) { return try work() } catch { throw .file(error) }
}

/// Does `work`, whose errors are of Parquet files.
func inParquet<Result: ~Copyable>(_ work: () throws(ParquetError) -> Result) throws(DataRepositoryError) -> Result {
  do throws(ParquetError) {
    return try work()
  } catch {
    if case .file(let file) = error.reason { throw .file(file) }
    throw .parquet(.init(error: error))
  }
}
