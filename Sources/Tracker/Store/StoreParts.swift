import CProcesses
import Files
import Glibc

/// Runs that are parts of others.
extension Store {
  /// The runs that lie beside a run, in its experiment, but for those that `isKnown` names, in no order: what a reader of many runs asks for again and
  /// again. Deleted runs and those that cannot be read are among them, as their records say.
  package func runs(
    beside id: String, except isKnown: (_ id: String) -> Bool
  ) throws(StoreError) -> [RunRecord] {
    let folder = "\(path)/\(experimentFolder(of: try existingFolder(ofRun: id)))"
    var records: [RunRecord] = []
    for id in try onDisk(Folder.names(in: folder)) where !isKnown(id) {
      if let record = try record(ofListed: id, in: "\(folder)/\(id)") { records.append(record) }
    }
    return records
  }

  /// The path of a file in a run's folder that writers of its parts lock while they agree.
  package func agreementFile(of id: String) throws(StoreError) -> String {
    try existingFolder(ofRun: id) + "/" + StoreLayout.agreement
  }

  /// The same store, whose writers leave it to `syncAll` to make what they write survive a power loss: for many short runs, each
  /// of which can be done again.
  package func deferringSyncs() -> Store {
    var store = self
    store.system.sync = { _ in 0 }
    return store
  }

  /// Makes everything that was written to the store survive a power loss, whoever wrote it.
  package func syncAll() throws(StoreError) {
    let folder = try onDisk(OpenFile(path, O_RDONLY | O_DIRECTORY, .sync))
    guard rl_sync_file_system(folder.descriptor) == 0 else {
      throw StoreError.file(FileError(.sync, path: path, code: errno))
    }
  }

  /// Goes on recording a run that nobody writes, with another budget; everything stays visible.
  package func extend(_ id: String, to budget: Int) throws(StoreError) -> RunWriter {
    let directory = try existingFolder(ofRun: id)
    let lock = try LogWriter.lock(id, in: directory, system)
    let tail = try LogTail(in: directory, run: id, system)
    var state = tail.state
    if state.isDeleted { throw StoreError.deleted(id) }
    var log = try LogWriter.reopen(tail, lock: lock, in: directory, system: system)
    let resume = ResumeRecord(checkpoint: nil, step: 0, steps: budget, wallTime: system.now())
    let after = log.sequence
    log.append(.resume) { LogEntry.resume(resume, after: after).encode(into: &$0) }
    try log.sync()
    state.add(.resume(resume, after: after), log.sequence, isHidden: false)
    return RunWriter(
      id: id, directory: directory, log: log, state: state, segmentLimit: segmentLimit, system: system,
      monitor: monitor)
  }
}
