/// Tables and queries of PostgreSQL: `postgresql://user@host/database?table=orders`. A password comes from PGPASSWORD or
/// .pgpass, as libpq has it.
package enum PostgreSQLDatabases: DataSource {
  package static let name = "postgresql"
  package static let summary = "PostgreSQL: postgresql://USER@HOST/DATABASE?table=… or ?query=…"
  package static let schemes = ["postgresql", "postgres"]
  package static let options: Set<SourceOption> = [.table, .query]

  package static func open(
    _ location: DataLocation, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    guard case .address = location.kind, location.path.hasPrefix("//") else {
      throw DataSourceError(
        location: location.redacted, "a database of PostgreSQL has an address: postgresql://USER@HOST/DATABASE",
        status: .badUsage)
    }
    do throws(DataSourceError) {
      return try PostgreSQLRecords(location, DatabaseRequest(location, options))
    } catch {
      var error = error.of(location.redacted)
      error.problem = location.redacted(message: error.problem)
      throw error
    }
  }
}
