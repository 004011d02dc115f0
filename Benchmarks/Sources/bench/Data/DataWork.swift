import DataQuality
import DataVersions
import Datasets
import Foundation
import Parquet
import Preparing

/// What is done with a CSV file, and measured.
final class DataWork {
  enum Kind: String, CaseIterable {
    case csv = "CSV to columns"
    case describe = "describe"
    case writeParquet = "Parquet write"
    case readParquet = "Parquet read"
    case add = "data add"
    case readVersion = "read a version"
  }

  let file: URL
  let folder: URL
  let table: Datasets.Table
  private let columns: [(ColumnSchema, ColumnData)]
  private let parquet: URL
  private let repository: DataRepository
  private(set) var version: DataVersion

  init(_ file: URL, in folder: URL) throws {
    (self.file, self.folder) = (file, folder)
    table = try Datasets.Table(csv: file.path)
    parquet = folder.appendingPathComponent("\(file.lastPathComponent).parquet")
    let store = folder.appendingPathComponent("store-\(file.lastPathComponent)").path
    repository = DataRepository(store: store)
    version = try Self.add(file, to: repository)
    var columns: [(ColumnSchema, ColumnData)] = []
    for path in version.files(in: repository).prefix(1) {
      let read = try ParquetFile(path: path)
      columns = try read.columns.indices.map { (read.columns[$0], try read.read(column: $0)) }
    }
    self.columns = columns.filter { $0.0.name != DataVersion.rowIDs }
    try write()
  }

  /// The data set's files.
  var parts: [String] { version.files(in: repository) }

  func measure(_ kind: Kind) throws -> (seconds: Double, cpuSeconds: Double) {
    if kind == .add { try FileManager.default.removeItem(atPath: repository.path) }
    return try timed {
      switch kind {
      case .csv: _ = try Datasets.Table(csv: file.path).rowCount
      case .describe: for (name, column) in zip(table.names, table.columns) { _ = ColumnProfile(name, column) }
      case .writeParquet: try write()
      case .readParquet: _ = try ParquetFile(path: parquet.path).columns.indices.map(read)
      case .add: version = try Self.add(file, to: repository)
      case .readVersion: _ = try stored().rowCount
      }
    }
  }

  /// Names of rows have their values.
  func stored() throws -> Datasets.Table { try version.table(reading: version.idColumns, in: repository) }

  /// The same work of peers, and with which file; nil where they have none.
  func peerWork(_ kind: Kind) throws -> (name: String, file: URL)? {
    switch kind {
    case .csv: ("csv", file)
    case .describe: ("describe", file)
    case .writeParquet: ("write", file)
    case .readParquet: ("read", parquet)
    case .add: nil
    case .readVersion: ("read", URL(fileURLWithPath: parts[0]))
    }
  }

  private static func add(_ file: URL, to repository: DataRepository) throws -> DataVersion {
    try DataAddition(to: "rows", from: file.path).run(in: repository)!.version
  }

  private func write() throws {
    var options = ParquetOptions()
    options.compression = .snappy
    let writer = try ParquetWriter(path: parquet.path, columns: columns.map(\.0), options: options)
    try writer.write(columns.map(\.1))
    try writer.finish()
  }

  private func read(_ column: Int) throws -> Int { try ParquetFile(path: parquet.path).read(column: column).count }
}
