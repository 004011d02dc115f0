import DataVersions
import Datasets

/// The rows that an address names, of a version or of a CSV file, to be looked at.
package struct DataTable {
  package let table: Table
  /// nil for a file.
  package let version: DataVersion?

  /// `asWritten`: the columns of a file as the texts that it has.
  package init(_ address: String, in repository: DataRepository, asWritten: Bool) throws {
    version = try repository.version(at: address)
    if let version {
      table = try version.table(reading: version.idColumns, in: repository)
    } else {
      let reader = try CSVReader(
        address, named: address, request: TableRequest(), like: nil, asWritten: asWritten, wholeLimit: .max,
        chunkBytes: 0)
      table = try reader.next()!
    }
  }
}
