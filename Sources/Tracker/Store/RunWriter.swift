import Files
import Formats
import Glibc
import Telemetry

/// Writes one run's log and checkpoints, alone: it holds the run's lock until it finishes or is deallocated. Get one from
/// `Store.start` to record a program of your own, from `Store.append(to:)` to add to a run that has ended.
///
/// ```swift
/// import Runs
/// import Telemetry
///
/// let store = try Store(path: "runs", create: true)
/// let run = try store.start(experiment: "mine", parameters: ["learning_rate": .number(0.01)], seed: 1)
/// for step in 1...100 { run.record("train/loss", 1 / Double(step), step: step) }
/// try run.tag("machine", "lab-3")
/// try run.saveArtifact(Array("done\n".utf8), name: "notes/result.txt", mediaType: "text/plain")
/// try run.finish(status: .finished)
/// print(try store.load(run.id).last("train/loss") ?? .nan)  // 0.01
/// ```
///
/// Used by one thread at a time. Points are gathered in memory and written at `flush`, when the memory for them is
/// full, and by the first `record` 250 ms after the last write. What `record` cannot write stays in memory; the next
/// call that can throw tries it again, and throws.
public final class RunWriter: RunSink {
  /// A segment that has grown beyond it is followed by the next.
  static let segmentLimit = 8 << 20
  /// Microseconds.
  private static let flushInterval: Int64 = 250_000
  private static let syncInterval: Int64 = 1_000_000

  public let id: String
  /// The run's folder.
  public let directory: String
  /// Sees every recorded metric; its findings are recorded with it.
  public var watch: (any PointObserver)?

  private var log: LogWriter
  let system: SystemCalls
  private var series: SeriesTable
  var parameters: ParameterTable
  /// What is still being found out of the code.
  var late: LateCodeState?
  private var pending: PendingPoints
  private var checkpoints: CheckpointFolder
  private var sealing: SegmentSealing
  private var lastFlush: Int64
  private var lastSync: Int64
  private var isSyncDue = false
  private var isFinished = false
  private let segmentLimit: Int
  /// What the machine does meanwhile, where that is recorded.
  private let machine: SystemMonitor.Subscription?
  /// Something was recorded at it last.
  private var lastStep: Int

  init(
    id: String, directory: String, log: consuming LogWriter, state: RunState,
    segmentLimit: Int = RunWriter.segmentLimit, pendingCapacity: Int = PendingPoints.capacity, system: SystemCalls,
    monitor: SystemMonitor? = nil, step: Int = 0
  ) {
    self.id = id
    self.directory = directory
    self.log = log
    self.system = system
    self.segmentLimit = segmentLimit
    sealing = SegmentSealing(in: directory, from: self.log.segment, system: system)
    checkpoints = CheckpointFolder(of: directory, kept: state.kept, system: system)
    series = SeriesTable(state.seriesIDs, next: state.nextSeriesID)
    parameters = state.parameters
    pending = PendingPoints(capacity: pendingCapacity)
    lastFlush = system.now()
    lastSync = lastFlush
    machine = monitor?.subscribe()
    lastStep = step
  }

  deinit {
    if !isFinished { try? flush() }
    sealing.wait()
  }

  // MARK: Recording

  public func record(_ metric: Metric, _ value: Double, step: Int) {
    let time = system.now()
    lastStep = step
    add(metric, value, step: step, time: time)
    if pending.isFull || isFlushDue(at: time) { writeIfPossible() }
    guard watch != nil else { return }
    for finding in watch!.inspect(metric, value, step: step) { record(finding) }
  }

  private func add(_ metric: Metric, _ value: Double, step: Int, time: Int64) {
    let id = series.find(metric) ?? declare(metric)
    pending.append(Point(series: id, step: Int64(step), time: time, value: value))
  }

  public func record(_ episode: Episode, step: Int) {
    let time = system.now()
    pending.append(RecordedEpisode(episode: episode, step: step, wallTime: time))
    if pending.isFull || isFlushDue(at: time) { writeIfPossible() }
  }

  /// Records the distribution of many values under one name.
  public func record(_ histogram: Histogram, as metric: Metric, step: Int) {
    drain()
    let time = system.now()
    append(
      .histogram(RecordedHistogram(metric: metric, histogram: histogram, step: step, wallTime: time)))
    if isFlushDue(at: time) || hasMuchToWrite { writeIfPossible() }
  }

  /// Records that a hyperparameter has a new value from `step` on: a point of the series `params/NAME`.
  public func record(hyperparameter name: String, _ value: Double, step: Int) {
    record(Metric("params/" + name), value, step: step)
  }

  /// Records what a debugger rule found, and syncs.
  public func record(_ finding: Finding) {
    drain()
    append(.finding(RecordedFinding(finding: finding, wallTime: system.now())))
    isSyncDue = true
    writeIfPossible()
  }

  /// Records points, episodes and histograms that come with times of their own, as an import does, and flushes.
  package func record(
    series: [Series], episodes: [RecordedEpisode], histograms: [RecordedHistogram]
  ) throws(StoreError) {
    for one in series {
      let id = self.series.find(one.metric) ?? declare(one.metric)
      for index in one.values.indices {
        pending.append(
          Point(series: id, step: Int64(one.steps[index]), time: one.wallTimes[index], value: one.values[index]))
        if pending.isFull { try write() }
      }
    }
    for episode in episodes {
      pending.append(episode)
      if pending.isFull { try write() }
    }
    drain()
    for histogram in histograms {
      append(.histogram(histogram))
      if hasMuchToWrite { try write() }
    }
    try flush()
  }

  // MARK: Making it last

  /// Returns once everything recorded so far survives the death of this process; syncs once a second.
  public func flush() throws(StoreError) {
    try write()
    try reportDropped()
  }

  /// Returns once everything recorded so far survives a power loss.
  ///
  /// After a failed sync nothing more is written: this and every later call throws.
  public func sync() throws(StoreError) {
    drain()
    try writeDurably()
    try reportDropped()
  }

  /// Keeps `bytes` as the run's last checkpoint, and as its best where `best` is true; returns once it is durable.
  ///
  /// The last two and the best stay, and the last four milestones; older files go once the log vouches for the new one.
  public func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool) throws(StoreError) {
    try saveCheckpoint(bytes, step: step, best: best, milestone: false)
  }

  public func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool, milestone: Bool) throws(StoreError) {
    try flush()
    let checkpoint = try checkpoints.write(bytes, step: step, best: best, milestone: milestone)
    append(.checkpoint(checkpoint))
    checkpoints.kept.add(checkpoint, sequence: log.sequence)
    try sync()
    try checkpoints.tidy()
  }

  /// The milestones whose files stay, in order.
  package var milestones: [CheckpointRecord] { checkpoints.kept.checkpoints.filter(\.milestone) }

  /// Goes back to one of the checkpoints whose files stay, or to step 0: what was recorded since is hidden from then on.
  /// Durable when this returns.
  ///
  /// - Precondition: `checkpoint` is one of those.
  package func rewind(
    to checkpoint: CheckpointRecord?, steps: Int, _ rewind: Rewind
  ) throws(StoreError) -> ResumeRecord {
    let target = checkpoint.flatMap { checkpoints.kept.sequence(of: $0) }
    precondition(checkpoint == nil || target != nil, "there is no file of the checkpoint to go back to")
    let resume = ResumeRecord(
      checkpoint: checkpoint?.file, step: checkpoint?.step ?? 0, steps: steps, rewind: rewind, wallTime: system.now())
    let after = target ?? 0
    drain()
    append(.resume(resume, after: after))
    checkpoints.kept.forget(after: after)
    try sync()
    return resume
  }

  func append(durably entry: LogEntry) throws(StoreError) {
    append(entry)
    try sync()
  }

  /// Ends the run, durably, and lets go of its lock. Nothing can be recorded afterwards. `time`: of its end, now if nil.
  ///
  /// - Precondition: `status` is one a writer can know: finished, interrupted or failed.
  public func finish(status: RunStatus, message: String? = nil, at time: Int64? = nil) throws(StoreError) {
    precondition(
      [.finished, .interrupted, .failed].contains(status), "a run does not finish as \(status.rawValue)")
    recordMachine()
    for finding in watch?.finish() ?? [] { record(finding) }
    recordLateCodeState(waiting: true)
    drain()
    let number = log.sequence + 1
    append(
      .finish(
        FinishRecord(
          status: status, message: message, frameCount: number, lastSequence: number,
          wallTime: time ?? system.now())))
    try sync()
    isFinished = true
    sealing.seal(upTo: log.size > SegmentSealing.threshold ? log.segment : log.segment - 1)
    sealing.wait()
    log.unlock()
  }

  // MARK: Parts

  /// Flushes where nothing can be thrown. What fails stays in memory, and the next flush tries it again and throws.
  private func writeIfPossible() { try? write() }

  /// Whether it was finished, after which nothing can be recorded.
  var hasEnded: Bool { isFinished }

  private func write() throws(StoreError) {
    recordLateCodeState(waiting: false)
    recordMachine()
    drain()
    lastFlush = system.now()
    try log.flush()
    if log.size > segmentLimit { startNextSegment() }
    if isSyncDue || !(0..<Self.syncInterval).contains(lastFlush - lastSync) { try writeDurably() }
  }

  /// Records what was sampled of the machine since the last time.
  private func recordMachine() {
    guard let machine else { return }
    let step = lastStep
    var findings: [Finding] = []
    for var sample in machine.take() {
      sample.addDisk(of: directory)
      for one in sample.values {
        add(one.metric, one.value, step: step, time: sample.wallTime)
        findings += watch?.inspect(one.metric, one.value, step: step) ?? []
      }
    }
    for finding in findings { record(finding) }
  }

  private func writeDurably() throws(StoreError) {
    try log.sync()
    isSyncDue = false
    lastSync = system.now()
    lastFlush = lastSync
  }

  /// Where the next segment cannot be made, this one goes on growing, and the next flush tries again.
  private func startNextSegment() {
    guard (try? log.startNextSegment()) != nil else { return }
    lastSync = system.now()
    sealing.seal(upTo: log.segment - 1)
  }

  private func reportDropped() throws(StoreError) {
    let dropped = pending.takeDropped()
    if dropped > 0 { throw StoreError.dropped(points: dropped, path: directory) }
  }

  /// Of what is framed one by one, as histograms are.
  private var hasMuchToWrite: Bool { log.pendingSize > PendingPoints.capacity * 16 }

  private func isFlushDue(at time: Int64) -> Bool {
    // A clock that is set back makes the difference negative.
    !(0..<Self.flushInterval).contains(time - lastFlush)
  }

  private func declare(_ metric: Metric) -> Int64 {
    let id = series.add(metric)
    append(.series(id: id, name: metric.name))
    return id
  }

  func append(_ entry: LogEntry) {
    precondition(!isFinished, "run \(id) is finished: nothing can be recorded any more")
    log.append(entry.type) { entry.encode(into: &$0) }
  }

  /// Frames the points and episodes gathered so far.
  private func drain() {
    precondition(!isFinished, "run \(id) is finished: nothing can be recorded any more")
    pending.drain(into: &log)
  }
}
