import Files
import Formats
import Interchange
import Settings
import Telemetry
import Tracker

/// Runs that W&B recorded into files: one `.wandb` file, a run's folder, or a folder with several, `wandb`. Files of one run, which
/// was resumed, are one run.
package final class WandBFolder: ForeignStore {
  private var runs: [String: [String]] = [:]
  private var order: [ForeignOutline] = []

  package var title: String { "W&B's files" }

  /// The tag that a run's place in W&B is kept in.
  static let mark = "wandb.run"

  /// Throws where there is no file of W&B's.
  package init(_ path: String) throws(ImportError) {
    let files = try Self.files(at: path)
    if files.isEmpty { throw ImportError(path: path, reason: "there is no .wandb file in it") }
    for file in files { try add(file) }
  }

  package static func isOne(_ path: String) -> Bool { !((try? files(at: path)) ?? []).isEmpty }

  private static func files(at path: String) throws(ImportError) -> [String] {
    if ForeignFile.kind(of: path) == .file { return [path] }
    var files: [String] = []
    // The folder itself, those in it, and those in its `wandb`; `latest-run` is a link to one of them.
    for folder in [path, path + "/wandb"] {
      for name in try ForeignFile.names(in: folder) {
        let inner = folder + "/" + name
        if name.hasSuffix(".wandb") {
          if ForeignFile.kind(of: inner) == .file { files.append(inner) }
        } else if ForeignFile.kind(of: inner) == .folder {
          files += try ForeignFile.names(in: inner).filter { $0.hasSuffix(".wandb") }.map { inner + "/" + $0 }
            .filter { ForeignFile.kind(of: $0) == .file }
        }
      }
    }
    // Folders are named by time, so that a run's files are in order.
    return Array(Set(files)).sorted()
  }

  /// Finds out whose the file is: the first records say.
  private func add(_ file: String) throws(ImportError) {
    let head = try ForeignFile.bytes(file, prefix: 1 << 20)
    guard RecordLog.isOne(head) else { throw ImportError(path: file, reason: "this is no file of W&B's") }
    var (log, recording) = (RecordLog(head), WandBRecording())
    while recording.id.isEmpty, let record = log.next() { recording.add(record) }
    // A file without a run is said when it is loaded.
    let id = recording.id.isEmpty ? file : recording.id
    let origin = [recording.entity, recording.project, id].filter { !$0.isEmpty }.joined(separator: "/")
    runs[origin, default: []].append(file)
    if runs[origin]!.count > 1 { return }
    let own = "w" + SHA256.hexadecimal(Array(origin.utf8)).prefix(15)
    order.append(
      ForeignOutline(
        id: origin, identifiers: [id, own].filter(Store.isIdentifier),
        mark: ForeignOutline.Mark(tag: Self.mark, value: origin), parent: nil, place: file))
  }

  package func outlines() throws(ImportError) -> [ForeignOutline] { order }

  package func load(_ outline: ForeignOutline) throws(ImportError) -> ForeignRun {
    var recording = WandBRecording()
    var losses: [String] = []
    var artifacts: [ForeignRun.File] = []
    var isCut = false
    for file in runs[outline.id] ?? [] {
      var log = RecordLog(try ForeignFile.bytes(file))
      let unreadable = recording.unreadable
      while let record = log.next() { recording.add(record) }
      let lost = log.damaged + recording.unreadable - unreadable
      if lost > 0 { losses.append("\(file) is damaged: \(Self.counted(lost, "record")) could not be read.") }
      isCut = log.isCut
      if isCut { losses.append("\(file) ends inside a record: nothing before it is missing.") }
      let folder = (file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ".") + "/files"
      artifacts += try ForeignFile.all(under: folder, except: ["media"], &losses)
    }
    guard !recording.id.isEmpty else {
      throw ImportError(
        path: outline.place, reason: "no record in it says of which run it is" + (isCut ? ", it ends too early" : ""))
    }
    for (name, count) in recording.texts.sorted(by: { $0.key < $1.key }) {
      losses.append("\(outline.place): \(Self.counted(count, "value")) of '\(name)' without a number, left out.")
    }
    for (kind, count) in recording.media.sorted(by: { $0.key < $1.key }) {
      losses.append("\(outline.place): \(Self.counted(count, "value")) of the kind \(kind), left out.")
    }
    var run = WandBRun(recording).run
    run.losses = losses
    // Of a file that two parts of a run have the later.
    run.artifacts = Dictionary(artifacts.map { ($0.name, $0) }) { $1 }.values.sorted { $0.name < $1.name }
    return run
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
