import Files
import Glibc

extension DataSet {
  /// Deletes versions: their numbers are not given again, and parts that no other version has are removed. Returns the bytes
  /// that became free. Throws `unknownVersion`, or `deleted` for one that is already.
  @discardableResult
  package func delete(versions numbers: Set<Int>) throws(DataRepositoryError) -> Int {
    let lock = try DataSetLock.take(self)
    defer { withExtendedLifetime(lock) {} }
    for number in numbers.sorted() {
      var version = try version(.number(number))
      version.isDeleted = true
      (version.parts, version.rows, version.origin) = ([], 0, nil)
      try write(version)
    }
    return try removeRemains(of: allVersions()).reduce(0) { $0 + $1.bytes }
  }

  /// Deletes the data set with all its versions. Throws `busy` while somebody writes it.
  package func delete() throws(DataRepositoryError) {
    let lock = try DataSetLock.take(self)
    defer { withExtendedLifetime(lock) {} }
    // Out of sight in one step; what is left of it after a kill is hidden, and no data set.
    let hidden = repository.path + "/.deleted.\(name).\(getpid())"
    let code = SystemCalls().rename(folder, hidden)
    if code != 0 { throw .file(FileError(.delete, path: folder, code: code)) }
    try onDisk { () throws(FileError) in try Folder.remove(hidden) }
  }
}
