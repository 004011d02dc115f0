import Files
import Glibc

/// The files in a folder and in the folders in it, in the order of their names; hidden ones are passed over.
package struct FolderListing: Sendable {
  package struct File: Hashable, Sendable {
    package let path: String
    /// From the folder on.
    package let name: String
    /// The folder in the folder that it is in: its class.
    package let label: String?
  }

  let folder: String
  private(set) var files: [File] = []
  /// Of the folders that were looked into, so that a link back up leads nowhere.
  private var seen: Set<[UInt64]> = []
  private static let deepest = 32

  init(_ location: DataLocation) throws(DataSourceError) {
    folder = location.path
    try add("", depth: 0)
    if files.isEmpty { throw DataSourceError(location: folder, "there are no files in this folder", status: .badUsage) }
  }

  /// One file alone.
  init(file location: DataLocation) {
    folder = location.path
    files = [File(path: location.path, name: location.name, label: nil)]
  }

  private mutating func add(_ prefix: String, depth: Int) throws(DataSourceError) {
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    guard depth < Self.deepest else {
      throw DataSourceError(location: base + prefix, "the folders are nested too deeply")
    }
    var status = stat()
    guard stat(base + prefix, &status) == 0, seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else {
      return
    }
    let names: [String]
    do throws(FileError) { names = try Folder.names(in: base + prefix) } catch { throw DataSourceError(error) }
    for name in names {
      let path = base + prefix + name
      guard stat(path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        try add(prefix + name + "/", depth: depth + 1)
      } else if status.st_mode & S_IFMT == S_IFREG {
        let label = prefix.split(separator: "/").first.map(String.init)
        files.append(File(path: path, name: prefix + name, label: label))
      }
    }
  }

  /// The one format that its files have by their names; files of none do not count. Throws where there are several.
  func format() throws(DataSourceError) -> (any DataSource.Type)? {
    var counts: [String: Int] = [:]
    var found: (any DataSource.Type)?
    for file in files {
      guard let format = SourceCatalogue.format(named: file.name) else { continue }
      counts[format.name, default: 0] += 1
      found = found ?? format
    }
    guard counts.count > 1 else { return found }
    let list = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    throw DataSourceError(
      location: folder, "the folder has files of several formats (\(list)): name the format to be read",
      status: .badUsage)
  }

  /// The files of one format by their names, and how many others there are.
  func files(of format: any DataSource.Type) -> (files: [File], others: Int) {
    let own = files.filter { SourceCatalogue.format(named: $0.name)?.name == format.name }
    return (own, files.count - own.count)
  }
}
