import Files
import Formats
import Foundation

/// Where a command writes: standard output, or what the user named with `-o`.
///
/// A regular file, or a new one, is there in whole or not at all: written under another name beside it, then renamed. Of a
/// symbolic link that happens to what it names. All else, a device, a named pipe, `/dev/stdout`, is written through.
final class Output {
  private enum Target {
    case standardOutput
    /// Written through.
    case stream(Int32)
    case file(Int32, name: String)
  }

  private let path: String
  /// Of a file that has not been given its name.
  private var unfinished: UnfinishedFile?
  private var target: Target

  /// `path`: nil for standard output.
  init(_ path: String?) throws(OutputError) {
    self.path = path ?? "standard output"
    guard let path else {
      target = .standardOutput
      return
    }
    switch try OutputPlace(path) {
    case .descriptor(STDOUT_FILENO): target = .standardOutput
    case .descriptor(let number):
      let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { throw OutputError(path: path, code: errno) }
      target = .stream(copy)
    case .stream(let name):
      let descriptor = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY)
      guard descriptor >= 0 else { throw OutputError(path: path, code: errno) }
      target = .stream(descriptor)
    case .file(let name, let replaced):
      let unfinished = UnfinishedFile(beside: name, Self.system)
      let descriptor = open(
        unfinished.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, replaced == nil ? 0o666 : 0o600)
      guard descriptor >= 0 else { throw OutputError(path: path, code: errno) }
      UnfinishedFiles.add(unfinished.path)
      self.unfinished = consume unfinished
      if let replaced {
        // Whose it is only root may say; the mode comes after, since a change of owner takes bits of it away.
        _ = fchown(descriptor, replaced.st_uid, replaced.st_gid)
        fchmod(descriptor, replaced.st_mode & 0o7777)
      }
      target = .file(descriptor, name: name)
    }
  }

  /// Writes a text to the file that the user named, and says so.
  static func save(_ text: String, to path: String) throws {
    let file = try Output(path)
    try file.write(Array(text.utf8))
    try file.finish()
    complain("wrote \(path)")
  }

  deinit {
    switch target {
    case .standardOutput: break
    case .stream(let descriptor), .file(let descriptor, _): close(descriptor)
    }
    forget()
  }

  /// Removes the file, unless it has its name.
  private func forget() {
    guard let name = unfinished?.path else { return }
    unfinished = nil
    UnfinishedFiles.forget(name)
  }

  /// The owner and the mode of a file are to survive a power loss, too.
  private static let system: SystemCalls = {
    var system = SystemCalls()
    system.sync = { fsync($0) == 0 ? 0 : errno }
    return system
  }()

  func write(_ bytes: [UInt8]) throws(OutputError) {
    switch target {
    case .standardOutput: try StandardOutput.write(data: bytes)
    case .stream(let descriptor), .file(let descriptor, _): try writeAll(bytes, to: descriptor, called: path)
    }
  }

  /// Gives the file its name.
  func finish() throws(OutputError) {
    switch target {
    case .standardOutput: try StandardOutput.flush()
    case .stream: break
    case .file(let descriptor, let name):
      do throws(FileError) {
        try unfinished?.finish(as: name, descriptor)
      } catch {
        throw OutputError(path: path, code: error.code)
      }
      forget()
      target = .stream(descriptor)
    }
  }
}

/// What a path that is to be written to stands for.
enum OutputPlace {
  /// One of this program's own streams, as `/dev/stdout` is.
  case descriptor(Int32)
  /// A device, a named pipe, or a file of the kernel's.
  case stream(path: String)
  /// A regular file, with what is there of it, or a new one; its path without symbolic links at the end.
  case file(path: String, replaced: stat?)

  init(_ path: String) throws(OutputError) {
    if path.isEmpty { throw OutputError(path: path, reason: "an output needs a name") }
    var name = path
    for _ in 0..<40 {
      let (folder, last) = Self.split(name)
      if let number = Self.ownDescriptor(folder, last) {
        guard fcntl(number, F_GETFD) >= 0 else { throw OutputError(path: path, code: EBADF) }
        self = .descriptor(number)
        return
      }
      guard let link = Self.link(name) else {
        self = try Self.place(name, of: path, isOfKernel: Self.isOfKernel(folder))
        return
      }
      // What the kernel shows as links, as another program's streams, leads where no path does.
      if Self.isOfKernel(folder) {
        self = .stream(path: name)
        return
      }
      name = link.hasPrefix("/") || folder.isEmpty ? link : folder + link
    }
    throw OutputError(path: path, code: ELOOP)
  }

  private static func place(_ name: String, of path: String, isOfKernel: Bool) throws(OutputError) -> OutputPlace {
    var status = stat()
    guard stat(name, &status) == 0 else {
      if errno != ENOENT { throw OutputError(path: path, code: errno) }
      if name.hasSuffix("/") { throw OutputError(path: path, reason: "it names a folder that is not there") }
      return .file(path: name, replaced: nil)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw OutputError(path: path, reason: "it is a folder; name a file in it")
    case S_IFSOCK: throw OutputError(path: path, reason: "it is a socket, which cannot be written to by its name")
    case S_IFREG where !isOfKernel:
      guard access(name, W_OK) == 0 else { throw OutputError(path: path, code: errno) }
      return .file(path: name, replaced: status)
    default: return .stream(path: name)
    }
  }

  /// `folder` ends in a slash, or is empty.
  private static func split(_ path: String) -> (folder: String, last: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }

  /// nil where the path is no symbolic link.
  private static func link(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes {
      readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  private static func isOfKernel(_ folder: String) -> Bool {
    var (place, kernel) = (stat(), stat())
    return stat(folder.isEmpty ? "." : folder, &place) == 0 && stat("/proc/self/", &kernel) == 0
      && place.st_dev == kernel.st_dev
  }

  private static func ownDescriptor(_ folder: String, _ last: String) -> Int32? {
    guard let number = Int32(last), number >= 0, isOfKernel(folder), let real = realpath(folder, nil) else {
      return nil
    }
    defer { free(real) }
    let parts = String(cString: real).split(separator: "/")
    let own = String(getpid())
    return parts == ["proc", own[...], "fd"] || parts.count == 5 && parts[1] == own && parts[4] == "fd" ? number : nil
  }
}

/// What was to be written could not be.
struct OutputError: UserFacingError {
  var path: String
  /// The system's error number, 0 where `reason` says it all.
  var code: Int32
  var reason: String

  init(path: String, code: Int32) {
    (self.path, self.code) = (path, code)
    reason = String(cString: strerror(code))
  }

  init(path: String, reason: String) { (self.path, code, self.reason) = (path, 0, reason) }

  var description: String { "could not write \(path.isEmpty ? "to ''" : path): \(reason)" }
  var status: FailureStatus { .failedWork }
}
