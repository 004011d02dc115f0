import Files
import Glibc

extension Store {
  /// Removes what nobody can see any more: deleted runs, artifacts of no run, and files that killed writers left
  /// unfinished; compacts what they left uncompacted. Runs that are being written are not touched.
  ///
  /// Artifacts are spared for `artifactAge` seconds, since a run names one only after it has been written. With
  /// `dryRun` nothing is changed.
  package func collectGarbage(dryRun: Bool = false, artifactAge: Int = 3_600) throws(StoreError) -> Garbage {
    var garbage = Garbage()
    var artifacts: Set<String>? = []
    for experiment in try onDisk(Folder.names(in: path)) {
      let folder = path + "/" + experiment
      for name in try onDisk(Folder.names(in: folder, includingHidden: true)) {
        if name.hasPrefix(Self.doomed) {
          // A run whose removal was cut short.
          garbage.runs.append(String(name.dropFirst(Self.doomed.count)))
        } else if name.hasPrefix(Self.incoming), !isLocked(folder + "/" + name) {
          // A run that was to be placed by a process that died.
          garbage.files += 1
          garbage.bytes += try Self.size(of: folder + "/" + name)
        } else {
          continue
        }
        if !dryRun { try onDisk(Folder.remove(folder + "/" + name)) }
      }
    }
    for (id, folder) in try runIdentifiers() {
      guard let record = try? assemble(id, in: folder, mode: .salvage).record else {
        // Nobody can say which artifacts it has.
        artifacts = nil
        continue
      }
      if record.isDeleted {
        let isGone = try withLock(of: folder) { () throws(StoreError) in
          try discard(id, in: folder, dryRun, &garbage)
        }
        if isGone { continue }
      }
      artifacts?.formUnion(record.artifacts.map(\.sha256))
      if case .damaged = record.condition { artifacts = nil }
      _ = try withLock(of: folder) { () throws(StoreError) in try tidy(folder, dryRun, &garbage) }
    }
    for (_, log) in try experimentLogs() {
      _ = try withLock(of: log) { () throws(StoreError) in try tidy(log, dryRun, &garbage) }
    }
    if let artifacts { try discardArtifacts(except: artifacts, olderThan: artifactAge, dryRun, &garbage) }
    return garbage
  }

  /// Under this name a run is no run any more, only files that are being removed.
  private static let doomed = ".deleted-"

  /// False where somebody else has the lock.
  private func withLock(of folder: String, _ body: () throws(StoreError) -> Void) throws(StoreError) -> Bool {
    guard let lock = try LogWriter.takeLock(in: folder, create: false, system) else { return false }
    try body()
    flock(lock.descriptor, LOCK_UN)
    return true
  }

  private func discard(_ id: String, in folder: String, _ dryRun: Bool, _ garbage: inout Garbage) throws(StoreError) {
    garbage.runs.append(id)
    garbage.bytes += try Self.size(of: folder)
    if dryRun { return }
    let doomed = "\(folder.dropLast(id.count))\(Self.doomed)\(id)"
    let code = system.rename(folder, doomed)
    if code != 0 { throw StoreError.file(FileError(.delete, path: folder, code: code)) }
    try onDisk(Folder.remove(doomed))
  }

  /// Removes what a killed writer left under a name that is none yet, and compacts its segments.
  private func tidy(_ folder: String, _ dryRun: Bool, _ garbage: inout Garbage) throws(StoreError) {
    for name in try onDisk(Folder.names(in: folder, includingHidden: true))
    where name.hasPrefix(".") || name.hasSuffix(".rlog.new") {
      garbage.files += 1
      garbage.bytes += try Self.size(of: folder + "/" + name)
      if !dryRun { try onDisk(Folder.remove(folder + "/" + name)) }
    }
    for number in try StoreLayout.segments(in: folder) where !dryRun {
      let path = StoreLayout.segment(number, in: folder)
      let size = try Self.size(of: path)
      guard size > SegmentSealing.threshold,
        try SegmentSealer.seal(segment: number, in: folder, system: system)
      else { continue }
      garbage.compacted += 1
      garbage.bytes += max(0, size - (try Self.size(of: path)))
    }
  }

  private func discardArtifacts(
    except used: Set<String>, olderThan age: Int, _ dryRun: Bool, _ garbage: inout Garbage
  ) throws(StoreError) {
    let root = path + "/" + StoreLayout.artifacts
    // A link leads to files that are not the store's.
    for folder in try onDisk(Folder.names(in: root)) where Self.isFolder("\(root)/\(folder)") {
      for name in try onDisk(Folder.names(in: "\(root)/\(folder)", includingHidden: true)) where !used.contains(name) {
        let path = "\(root)/\(folder)/\(name)"
        var status = stat()
        guard lstat(path, &status) == 0, system.now() / 1_000_000 - Int64(status.st_mtim.tv_sec) >= Int64(age) else {
          continue
        }
        garbage.artifacts += 1
        garbage.bytes += Int(status.st_size)
        if !dryRun { try onDisk(Folder.remove(path)) }
      }
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func size(of path: String) throws(StoreError) -> Int {
    if isFolder(path) {
      var sum = 0
      for name in try onDisk(Folder.names(in: path, includingHidden: true)) { sum += try size(of: path + "/" + name) }
      return sum
    }
    var status = stat()
    return lstat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}

/// What was removed from a store, or would be.
package struct Garbage: Sendable, Hashable {
  /// Ids of deleted runs.
  package var runs: [String] = []
  package var artifacts = 0
  /// Unfinished files.
  package var files = 0
  /// Segments of ended runs that were compacted.
  package var compacted = 0
  /// What all of it took on the disk.
  package var bytes = 0
}
