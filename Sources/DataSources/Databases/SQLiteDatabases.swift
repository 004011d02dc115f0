import Foundation

/// Databases of SQLite: `sqlite:shop.db?table=orders`, `sqlite:shop.db?query=SELECT …`, or the file with these as options.
package enum SQLiteDatabases: DataSource {
  package static let name = "sqlite"
  package static let summary = "SQLite databases: sqlite:FILE?table=… or ?query=…"
  package static let suffixes = ["sqlite", "sqlite3", "db", "db3"]
  package static let schemes = ["sqlite"]
  package static let options: Set<SourceOption> = [.table, .query]

  package static func recognises(_ sample: FileSample) -> Bool {
    sample.start.starts(with: Array("SQLite format 3\0".utf8))
  }

  package static func open(
    _ location: DataLocation, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    var path = location.path
    if case .address = location.kind {
      // sqlite:///absolute and sqlite:relative, as others write them too.
      let written = path.hasPrefix("//") ? String(path.dropFirst(2)) : path
      guard let decoded = DataLocation.percentDecoded(written), !decoded.isEmpty else {
        throw DataSourceError(
          location: location.redacted, "it names no file: write sqlite:FILE?table=…", status: .badUsage)
      }
      for key in location.parameters.keys.sorted() where key != "table" && key != "query" {
        throw DataSourceError(
          location: location.redacted, "there is no parameter '\(key)', only table and query", status: .badUsage)
      }
      path = decoded
      // A database that is not there is no empty one.
      _ = try DataLocation(path)
    }
    do throws(DataSourceError) {
      return try SQLiteRecords(path, DatabaseRequest(location, options))
    } catch {
      throw error.of(location.redacted)
    }
  }
}
