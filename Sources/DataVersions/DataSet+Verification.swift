import Files
import Parquet

extension DataSet {
  /// What is wrong with the versions, a sentence each: files that are gone or have other bytes, manifests that do not fit them.
  package func problems() throws(DataRepositoryError) -> [String] {
    var problems: [String] = []
    var sound: Set<String> = []
    for number in try numbers() {
      let version: DataVersion
      do throws(DataRepositoryError) {
        version = try self.version(.number(number))
      } catch {
        if case .deleted = error { continue }
        problems.append(error.description)
        continue
      }
      if version.sha256 != version.computedSHA256 {
        problems.append("\(version.reference): the manifest's SHA-256 is not that of its columns and parts")
      }
      for part in version.parts where !sound.contains(part.sha256) {
        if let problem = problem(of: part, version) {
          problems.append("\(version.reference): \(problem)")
        } else {
          sound.insert(part.sha256)
        }
      }
    }
    return problems
  }

  private func problem(of part: DataVersion.Part, _ version: DataVersion) -> String? {
    do throws(DataRepositoryError) {
      let (sha256, _) = try Self.digest(path(of: part))
      if sha256 != part.sha256 { return "'\(path(of: part))' has other bytes than when it was written" }
      let file = try inParquet { () throws(ParquetError) in try ParquetFile(path: path(of: part)) }
      if file.rowCount != part.rows { return "'\(path(of: part))' has \(file.rowCount) rows, not \(part.rows)" }
      let names = Set(file.columns.map(\.name))
      if let column = version.columns.first(where: { !names.contains($0.name) }) {
        return "'\(path(of: part))' has no column '\(column.name)'"
      }
      return nil
    } catch {
      return error.description
    }
  }
}
