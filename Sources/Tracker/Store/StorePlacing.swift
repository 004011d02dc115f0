import Files
import Glibc

/// Runs that others see whole or not at all, under ids that they have from elsewhere.
extension Store {
  /// Under this start of a name a run is none yet: hidden, so that no list has it.
  static let incoming = ".incoming-"

  /// Whether a text can be a run's id as it stands: 1 to 64 letters, digits, `-` and `_` of ASCII.
  package static func isIdentifier(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text != "latest"
      && text.utf8.allSatisfy { byte in
        byte == 0x2D || byte == 0x5F || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
      }
  }

  /// Whether an experiment can have that name.
  package static func canName(experiment name: String) -> Bool {
    (try? StoreLayout.folder(forExperiment: name)) != nil
  }

  /// Whether the store has a run of that id, deleted or not.
  package func holds(_ id: String) throws(StoreError) -> Bool { try folder(ofRun: id) != nil }

  /// Records a run under `id`; it is seen, durable, when this returns, and never where the process dies before or `record`
  /// throws. `record` need not finish it. With `deletion`, a time, the run is deleted from the start.
  ///
  ///     try store.place(description, as: "0a1b2c3d") { run in try run.finish(status: .finished) }
  ///
  /// Throws what `record` throws, `StoreError.live` while another process records the same run.
  ///
  /// - Precondition: `id` is an identifier, and no run has it.
  package func place(
    _ description: RunDescription, as id: String, deletion: Int64? = nil, _ record: (RunWriter) throws -> Void
  ) throws {
    precondition(Self.isIdentifier(id), "'\(id)' cannot be a run's id")
    let experiment = path + "/" + (try makeExperimentFolder(for: description))
    let hidden = experiment + "/" + Self.incoming + id
    try clear(hidden, of: id)
    _ = try onDisk(Folder.make(hidden, system: system))
    do {
      try write(description, as: id, in: hidden, record)
      if let deletion { try delete(id, in: hidden, at: deletion) }
      try onDisk(OpenFile.syncFolder(hidden, system))
      let code = system.rename(hidden, experiment + "/" + id)
      if code != 0 { throw StoreError.file(FileError(.create, path: experiment + "/" + id, code: code)) }
    } catch {
      try? Folder.remove(hidden)
      throw error
    }
    try onDisk(OpenFile.syncFolder(experiment, system))
  }

  /// Removes what a killed process left of a run that was to be placed; throws while one is at it.
  private func clear(_ hidden: String, of id: String) throws(StoreError) {
    guard Folder.holds(hidden) else { return }
    if isLocked(hidden) { throw StoreError.live(id) }
    try onDisk(Folder.remove(hidden))
  }

  private func write(
    _ description: RunDescription, as id: String, in folder: String, _ record: (RunWriter) throws -> Void
  ) throws {
    var begin: [UInt8] = []
    LogEntry.begin(description).encode(into: &begin)
    let log = try LogWriter.create(in: folder, begin: begin, system: system)
    var state = RunState()
    state.add(.begin(description.redacted), 1, isHidden: false)
    let writer = RunWriter(
      id: id, directory: folder, log: log, state: state, segmentLimit: segmentLimit, system: system)
    try record(writer)
    if !writer.hasEnded { try writer.sync() }
  }

  private func delete(_ id: String, in folder: String, at time: Int64) throws(StoreError) {
    let lock = try LogWriter.lock(id, in: folder, system)
    let tail = try LogTail(in: folder, run: id, system)
    var log = try LogWriter.reopen(tail, lock: lock, in: folder, system: system)
    let entry = LogEntry.deleted(wallTime: time)
    log.append(entry.type) { entry.encode(into: &$0) }
    try log.sync()
  }
}
