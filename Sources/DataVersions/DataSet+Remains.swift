import Files
import Glibc

/// A file that no version refers to: a writer that was killed, or lost power, left it behind.
package struct DataRemain: Codable, Hashable, Sendable {
  package var path: String
  package var bytes: Int
}

extension DataRepository {
  /// What writers left behind, in the order of the data sets' names, and data sets that were being deleted. Data sets that
  /// somebody writes at the moment are `busy`: what there is may be in use. `removing`: it is deleted, too.
  package func remains(
    of names: [String]? = nil, removing: Bool = false
  ) throws(DataRepositoryError) -> (remains: [DataRemain], busy: [String]) {
    var (remains, busy): ([DataRemain], [String]) = ([], [])
    for name in try onDisk({ () throws(FileError) in try Folder.names(in: path, includingHidden: true) }) {
      if names == nil, name.hasPrefix(".deleted.") {
        remains += try deleted(path + "/" + name)
        if removing { try onDisk { () throws(FileError) in try Folder.remove(path + "/" + name) } }
      }
      guard DataSetReference.isName(name), names?.contains(name) ?? true else { continue }
      let dataSet = DataSet(name: name, in: self)
      guard Folder.holds(dataSet.partsFolder) else { continue }
      do throws(DataRepositoryError) {
        remains += try dataSet.remains(removing: removing)
      } catch {
        guard case .busy = error else { throw error }
        busy.append(name)
      }
    }
    return (remains, busy)
  }
}

extension DataRepository {
  /// The files of a data set that was being deleted.
  private func deleted(_ folder: String) throws(DataRepositoryError) -> [DataRemain] {
    var remains: [DataRemain] = []
    for path in [folder, folder + "/versions", folder + "/parts"] where Folder.holds(path) {
      for name in try onDisk({ () throws(FileError) in try Folder.names(in: path, includingHidden: true) }) {
        var status = stat()
        guard stat(path + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
        remains.append(DataRemain(path: path + "/" + name, bytes: Int(status.st_size)))
      }
    }
    return remains
  }
}

extension DataSet {
  /// Throws `busy` while somebody writes it.
  fileprivate func remains(removing: Bool) throws(DataRepositoryError) -> [DataRemain] {
    let lock = try DataSetLock.take(self)
    defer { withExtendedLifetime(lock) {} }
    let versions = try allVersions()
    return removing ? try removeRemains(of: versions) : try remains(of: versions)
  }

  /// Files without a name of their own, and parts of no version. The caller holds the lock.
  private func remains(of versions: [DataVersion]) throws(DataRepositoryError) -> [DataRemain] {
    let used = Set(versions.flatMap { version in version.parts.map { $0.sha256 + ".parquet" } })
    var remains: [DataRemain] = []
    for folder in [partsFolder, versionsFolder, folder] {
      for name in try onDisk({ () throws(FileError) in try Folder.names(in: folder, includingHidden: true) }) {
        let isOrphan = folder == partsFolder && name.hasSuffix(".parquet") && !used.contains(name)
        guard name.first == "." || isOrphan else { continue }
        let path = folder + "/" + name
        var status = stat()
        remains.append(DataRemain(path: path, bytes: stat(path, &status) == 0 ? Int(status.st_size) : 0))
      }
    }
    return remains
  }

  /// Deletes what writers left behind, and returns what it was. The caller holds the lock.
  @discardableResult
  func removeRemains(of versions: [DataVersion]) throws(DataRepositoryError) -> [DataRemain] {
    try remains(of: versions).filter { unlink($0.path) == 0 }
  }
}
