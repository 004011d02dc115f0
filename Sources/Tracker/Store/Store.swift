import Files
import Glibc
import Settings
import Synchronization
import Telemetry

/// A folder of runs: experiment, run, append-only log. Open one to read, annotate or record runs.
///
/// ```swift
/// import Telemetry
///
/// let store = try Store(path: "runs", create: true)
/// for run in try store.runs(experiment: "first") {
///   print(run.id, run.status, run.last("rollout/ep_rew_mean") ?? .nan)
/// }
/// ```
///
/// Any number of processes may use one store at a time; each run has one writer. Every call throws `StoreError`.
public struct Store: Sendable {
  public let path: String
  var system: SystemCalls
  /// Bytes beyond which a writer goes on in a new segment.
  var segmentLimit = RunWriter.segmentLimit
  /// Where the machine's metrics come from that writers record beside their own; nil: they record none.
  var monitor: SystemMonitor?
  /// Whether runs that are started or resumed from now on record the machine every ten seconds: processors, memory, disk, as
  /// `system/*`. Runs of one process record the same numbers.
  ///
  /// ```swift
  /// var store = try Store(path: "runs", create: true)
  /// store.recordsSystemMetrics = true
  /// ```
  public var recordsSystemMetrics: Bool {
    get { monitor != nil }
    set { monitor = newValue ? .shared : nil }
  }
  private static let counter = Atomic<Int>(0)

  /// Opens the store in the folder `path`; makes it where `create` is true and nothing is there.
  public init(path: String, create: Bool) throws(StoreError) {
    try self.init(path: path, create: create, system: SystemCalls())
  }

  init(path: String, create: Bool, system: SystemCalls) throws(StoreError) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.system = system
    let marker = self.path + "/" + StoreLayout.versionFile
    if !Folder.holds(marker) {
      guard create else {
        let isEmpty = try onDisk(Folder.names(in: self.path)).isEmpty
        throw isEmpty ? StoreError.missing(path: self.path) : StoreError.notAStore(path: self.path)
      }
      try onDisk(Folder.makeAll(self.path, system: system))
      // Another process may have made the store between the two questions.
      guard try onDisk(Folder.names(in: self.path)).isEmpty || Folder.holds(marker) else {
        throw StoreError.notAStore(path: self.path)
      }
      try onDisk(Folder.place(Array((StoreLayout.version + "\n").utf8), at: marker, system: system))
    }
    let text = String(decoding: try onDisk(OpenFile(marker, O_RDONLY, .read).readAll(limit: 64)), as: UTF8.self)
    let version = text.prefix { $0 != "\n" }
    guard version == StoreLayout.version else {
      throw StoreError.newerStore(path: self.path, version: String(version))
    }
  }

  /// Starts a run: its folder and its log's first frame are durable when this returns.
  ///
  /// Secrets in the description are replaced first, as in all that is recorded later: passwords in URLs, values of names
  /// like `API_KEY`. Throws `StoreError.unknownRun` where the description's `parent` is no run of this store.
  public func start(_ description: RunDescription) throws(StoreError) -> RunWriter {
    try start(description, pendingCapacity: PendingPoints.capacity)
  }

  func start(_ description: RunDescription, pendingCapacity: Int) throws(StoreError) -> RunWriter {
    let experiment = path + "/" + (try makeExperimentFolder(for: description))
    let (id, directory) = try makeRunFolder(in: experiment)
    var begin: [UInt8] = []
    LogEntry.begin(description).encode(into: &begin)
    let log: LogWriter
    do {
      log = try LogWriter.create(in: directory, begin: begin, system: system)
    } catch {
      rmdir(directory)
      throw error
    }
    try onDisk(OpenFile.syncFolder(directory, system))
    try onDisk(OpenFile.syncFolder(experiment, system))
    var state = RunState()
    state.add(.begin(description.redacted), 1, isHidden: false)
    return RunWriter(
      id: id, directory: directory, log: log, state: state, segmentLimit: segmentLimit,
      pendingCapacity: pendingCapacity, system: system, monitor: monitor)
  }

  private func makeRunFolder(in experiment: String) throws(StoreError) -> (id: String, directory: String) {
    while true {
      let id = newIdentifier()
      let directory = experiment + "/" + id
      if try folder(ofRun: id) == nil, try onDisk(Folder.make(directory, system: system)) { return (id, directory) }
    }
  }

  /// A short id that has not been given before in practice.
  package func newIdentifier() -> String {
    let count = Self.counter.add(1, ordering: .relaxed).newValue
    return StoreLayout.runIdentifier(time: system.now(), counter: count)
  }

  /// Goes on with a run from one of its checkpoints, or from step 0, up to a budget of `steps` transitions.
  ///
  /// What was recorded after that checkpoint is hidden from then on. A torn tail is cut off first. A finished run may
  /// be resumed too. Throws `StoreError.live` while another writer holds the run.
  public func resume(_ id: String, from checkpoint: CheckpointRecord?, steps: Int) throws(StoreError) -> RunWriter {
    let directory = try existingFolder(ofRun: id)
    let lock = try LogWriter.lock(id, in: directory, system)
    let tail = try LogTail(in: directory, run: id, system)
    var state = tail.state
    if state.isDeleted { throw StoreError.deleted(id) }
    var after: UInt64 = 0
    if let checkpoint {
      guard let found = state.checkpointSequences[checkpoint], state.kept.checkpoints.contains(checkpoint)
      else { throw StoreError.unknownCheckpoint(run: id, file: checkpoint.file) }
      after = found
    }
    var log = try LogWriter.reopen(tail, lock: lock, in: directory, system: system)
    let resume = ResumeRecord(
      checkpoint: checkpoint?.file, step: checkpoint?.step ?? 0, steps: steps, wallTime: system.now())
    log.append(.resume) { LogEntry.resume(resume, after: after).encode(into: &$0) }
    try log.sync()
    state.add(.resume(resume, after: after), log.sequence, isHidden: false)
    return RunWriter(
      id: id, directory: directory, log: log, state: state, segmentLimit: segmentLimit, system: system,
      monitor: monitor, step: checkpoint?.step ?? 0)
  }

  /// Goes on recording a run that nobody writes: everything stays visible, and its steps go on as they like.
  ///
  /// A run that has finished may be added to as well, a test score that was computed later, and stays as it ended;
  /// `finish` says anew how it did. Let go of the writer, after a `sync`, to let others in. Throws `StoreError.live` while
  /// another writer holds the run.
  public func append(to id: String) throws(StoreError) -> RunWriter {
    try append(to: id, pendingCapacity: PendingPoints.capacity)
  }

  func append(to id: String, pendingCapacity: Int) throws(StoreError) -> RunWriter {
    let directory = try existingFolder(ofRun: id)
    let lock = try LogWriter.lock(id, in: directory, system)
    let tail = try LogTail(in: directory, run: id, system)
    if tail.state.isDeleted { throw StoreError.deleted(id) }
    return RunWriter(
      id: id, directory: directory, log: try LogWriter.reopen(tail, lock: lock, in: directory, system: system),
      state: tail.state, segmentLimit: segmentLimit, pendingCapacity: pendingCapacity, system: system)
  }

  /// The folder of a run, found by its id in whatever experiment.
  func folder(ofRun id: String) throws(StoreError) -> String? {
    guard !id.isEmpty, !id.contains("/") else { return nil }
    for experiment in try onDisk(Folder.names(in: path)) {
      let folder = "\(path)/\(experiment)/\(id)"
      if try StoreLayout.holdsLog(folder) { return folder }
    }
    return nil
  }

  func existingFolder(ofRun id: String) throws(StoreError) -> String {
    guard let folder = try folder(ofRun: id) else {
      throw StoreError.unknownRun(id, nearest: nearest(to: id, in: try runIdentifiers().map(\.id)))
    }
    return folder
  }
}
