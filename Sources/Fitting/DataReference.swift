import DataVersions
import Datasets
import Foundation
import Learning
import Runs
import Synchronization

/// Which data a fit is fitted to: a file or a version of a data set, its SHA-256, and how it is read; the rows are not in it. A
/// ``FitConfiguration`` has one.
///
/// ```swift
/// let configuration = try FitConfiguration(data: DataFile("iris.csv"), target: "species", model: "mlp")
/// print(configuration.data.name, configuration.data.sha256.count)  // iris.csv 64
/// print(try configuration.data.read().table.rowCount == configuration.data.rows)  // true
/// ```
public struct DataReference: Hashable, Sendable {
  /// An absolute path, or a version as `data:iris@3`.
  public let path: String
  /// SHA-256 in lower-case hexadecimal.
  public let sha256: String
  /// The number of rows.
  public let rows: Int
  /// How it is read.
  package internal(set) var reading: TableReading
  /// What was said of it before it was read.
  let request: TableRequest
  /// The column whose numbers are kept as they are written, and which is no name of rows.
  let target: String?
  /// Names of rows whose values are read.
  var ids: Set<String> = []
  /// The data sets that a version is one of; nil for a file, and as long as it is not known.
  var repository: DataRepository?

  var format: CSVFormat { reading.format }

  /// The file's name without its folders, or the version.
  public var name: String {
    isVersion ? path : URL(fileURLWithPath: path).lastPathComponent
  }

  var isVersion: Bool { path.hasPrefix(DataSetReference.prefix) }

  /// The rows. Several fits of one process share them: those of the last two references are kept.
  ///
  /// Throws `ConfigurationError` where they have changed, else `DataFileError` or `DataRepositoryError` where they cannot be read.
  public func read() throws -> DataFile {
    if let kept = Self.kept.withLock({ $0.first { $0.reference == self } }) { return kept }
    let file = try DataFile(reading: self)
    guard file.sha256 == sha256 else {
      throw ConfigurationError(
        "the data '\(path)' have changed since the run was started (SHA-256 \(sha256.prefix(12))… then, "
          + "\(file.sha256.prefix(12))… now): "
          + (isVersion ? "rows of the version were erased; fit again" : "restore the old file, or fit again"))
    }
    return file
  }

  private static let kept = Mutex<[DataFile]>([])

  /// Keeps the rows of `file` for those that read by its reference.
  static func keep(_ file: DataFile) {
    kept.withLock { files in
      files.removeAll { $0.reference == file.reference }
      files = [file] + files.prefix(1)
    }
  }
}

extension DataReference {
  /// How the data are read, as a model's checkpoint keeps it. Wide data have many columns: only those that are read again.
  func saveReading(of names: Set<String>, into checkpoint: inout Checkpoint) {
    checkpoint.set("format_of_data", encoding: format)
    guard !format.isOfFirstRules else { return }
    var reading = reading
    reading.columns = reading.columns.filter { names.contains($0.key) }
    checkpoint.set("reading", encoding: reading)
  }
}
