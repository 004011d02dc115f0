import Glibc

/// Folders, and files that are put into them in one step.
package enum Folder {
  /// The names in a folder, sorted, hidden ones only where asked for; none if the folder is not there.
  package static func names(in folder: String, includingHidden: Bool = false) throws(FileError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw FileError(.read, path: folder, code: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.first != "." || includingHidden && name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether a file or a folder of that name is there.
  package static func holds(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes a folder; false when something of that name is there already.
  package static func make(_ path: String, system: SystemCalls) throws(FileError) -> Bool {
    let code = system.makeFolder(path)
    if code == 0 { return true }
    if code == EEXIST { return false }
    throw FileError(.create, path: path, code: code)
  }

  /// Makes a folder and every folder above it that is not there, durably.
  package static func makeAll(_ path: String, system: SystemCalls) throws(FileError) {
    if holds(path) { return }
    var parent = "."
    if let slash = path.lastIndex(of: "/") { parent = slash == path.startIndex ? "/" : String(path[..<slash]) }
    try makeAll(parent, system: system)
    if try make(path, system: system) { try OpenFile.syncFolder(parent, system) }
  }

  /// Puts `bytes` under `path` in one step, durably: a name seen is a file complete.
  package static func place(_ bytes: [UInt8], at path: String, system: SystemCalls) throws(FileError) {
    var unfinished = UnfinishedFile(beside: path, system)
    let file = try OpenFile(unfinished.path, O_WRONLY | O_CREAT | O_TRUNC, .create, name: path, system)
    try file.writeAll(bytes, system)
    try unfinished.finish(as: path, file.descriptor)
    try OpenFile.syncFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), system)
  }

  /// Removes a file, or a folder with all that is in it; one that is not there is no error.
  package static func remove(_ path: String) throws(FileError) {
    var status = stat()
    let isFolder = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    if isFolder {
      for name in try names(in: path, includingHidden: true) { try remove(path + "/" + name) }
    }
    guard (isFolder ? rmdir(path) : unlink(path)) == 0 || errno == ENOENT else {
      throw FileError(.delete, path: path, code: errno)
    }
  }
}
