import Files
import Formats
import Glibc
import Runs

/// A file that a step writes: there whole or not at all.
struct StepFile: Sendable {
  /// As the workflow names it.
  let label: String
  let path: String

  /// Of the field `output`. Throws where its folder is not there.
  init(_ fields: StepFields) throws(ConfigurationError) {
    label = try fields.required("output")
    path = Workflow.path(label, from: fields.folder)
    if !Folder.holds(folder) { throw fields.error("output", "is in a folder that is not there: '\(folder.printable)'") }
  }

  private var slash: String.Index? { path.lastIndex(of: "/") }
  private var folder: String { slash.map { String(path[...$0]) } ?? "." }

  /// Hands `work` a sink for the bytes; their SHA-256. nil, and there is no file, where `shouldStop` says so at the end.
  func write(unless shouldStop: () -> Bool, _ work: (@escaping ([UInt8]) throws -> Void) throws -> Void) throws
    -> String?
  {
    removeRemains()
    let system = SystemCalls()
    var unfinished = UnfinishedFile(beside: path, system)
    let writer = try StepFileWriter(unfinished.path, name: path)
    try work { try writer.write($0) }
    if shouldStop() { return nil }
    try unfinished.finish(as: path, writer.file.descriptor)
    return writer.digest.hexadecimal()
  }

  /// Removes what writers left behind that were killed: `.NAME.PROCESS.NUMBER`.
  private func removeRemains() {
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    let prefix = ".\(String(name.unicodeScalars.prefix(40)))."
    for other in (try? Folder.names(in: folder, includingHidden: true)) ?? [] where other.hasPrefix(prefix) {
      let parts = other.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, let process = Int32(parts[0]), process > 0, Int(parts[1]) != nil else { continue }
      if kill(process, 0) != 0, errno == ESRCH { unlink(folder + "/" + other) }
    }
  }
}

private final class StepFileWriter {
  let file: OpenFile
  private(set) var digest = SHA256.Stream()

  init(_ path: String, name: String) throws(FileError) {
    file = try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC, .create, name: name)
  }

  func write(_ bytes: [UInt8]) throws(FileError) {
    bytes.withUnsafeBytes { digest.add($0) }
    try file.writeAll(bytes, SystemCalls())
  }
}
