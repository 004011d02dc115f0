import Glibc
import Synchronization

/// The name of a file that is being written, which it loses with this value unless it has been given its own name.
///
///     var unfinished = UnfinishedFile(beside: path, system)
///     let file = try OpenFile(unfinished.path, O_WRONLY | O_CREAT | O_TRUNC, .create, name: path, system)
///     try file.writeAll(bytes, system)
///     try unfinished.finish(as: path, file.descriptor)
///
/// Whoever sees the own name sees a whole file, even after a power loss.
package struct UnfinishedFile: ~Copyable {
  /// Tells the unfinished files of one process apart.
  private static let counter = Atomic<Int>(0)

  /// Where the file is until it is finished.
  package let path: String
  private let system: SystemCalls
  private var isFinished = false

  package init(at path: String, _ system: SystemCalls) { (self.path, self.system) = (path, system) }

  /// A hidden name in the folder that `path` is in.
  package init(beside path: String, _ system: SystemCalls) {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    // A name may be as long as the file system allows.
    let name = String(path[start...].unicodeScalars.prefix(40))
    let count = Self.counter.add(1, ordering: .relaxed).newValue
    self.init(at: "\(path[..<start]).\(name).\(getpid()).\(count)", system)
  }

  /// Gives the file, open as `descriptor` and completely written, the name `name` in one step, after a sync.
  ///
  /// The name survives a power loss once its folder has been synced too.
  package mutating func finish(as name: String, _ descriptor: Int32) throws(FileError) {
    let synced = system.sync(descriptor)
    if synced != 0 { throw FileError(.sync, path: name, code: synced) }
    let renamed = system.rename(path, name)
    if renamed != 0 { throw FileError(.create, path: name, code: renamed) }
    isFinished = true
  }

  deinit { if !isFinished { _ = system.unlink(path) } }
}
