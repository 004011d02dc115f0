import Dispatch
import Files
import Formats
import Glibc
import Telemetry

/// Writes one run's log and checkpoints, alone: it holds the run's lock until it finishes or is let go.
///
/// Used by one thread at a time. Points are gathered in memory and written at `flush`, when the memory for them is
/// full, and by the first `record` 250 ms after the last write. What `record` cannot write stays in memory; the next
/// call that can throw tries it again, and throws.
public final class RunWriter: RunSink {
  /// Points kept in memory before they are written.
  static let capacity = 8_192
  /// Bytes that wait for a disk that takes none; beyond it, new points are dropped and counted.
  static let pendingLimit = 16 << 20
  /// A segment that has grown beyond it is followed by the next.
  static let segmentLimit = 8 << 20
  /// A log that ends smaller stays as it is: its readers lose nothing by it.
  static let sealingThreshold = 32 << 10
  /// Microseconds.
  private static let flushInterval: Int64 = 250_000
  private static let syncInterval: Int64 = 1_000_000

  public let id: String
  /// The run's folder.
  public let directory: String
  /// Sees every recorded metric; its findings are recorded with it.
  public var watch: (any PointObserver)?
  /// What is wanted of tensors by whoever started the run.
  public var signals = SignalPlan.none

  private var log: LogWriter
  let system: SystemCalls
  private var series: SeriesTable
  private var points: [Point] = []
  private var episodes: [RecordedEpisode] = []
  /// The checkpoints whose files stay, with their frames' numbers.
  private var kept: [(checkpoint: CheckpointRecord, sequence: UInt64)]
  private var lastFlush: Int64
  private var lastSync: Int64
  private var isSyncDue = false
  private var isFinished = false
  /// Seals segments one after the other, beside the thread that records.
  private let sealing = DispatchQueue(label: "rlrun.sealing", qos: .utility)
  /// The first segment that no one has been asked to seal.
  private var firstUnsealed: Int
  private let segmentLimit: Int
  /// Points and episodes thrown away because the disk took nothing for too long; told once.
  private var dropped = 0

  init(
    id: String, directory: String, log: consuming LogWriter, series: SeriesTable = SeriesTable(),
    kept: [(checkpoint: CheckpointRecord, sequence: UInt64)] = [], segmentLimit: Int = RunWriter.segmentLimit,
    system: SystemCalls
  ) {
    self.id = id
    self.directory = directory
    self.log = log
    self.system = system
    self.segmentLimit = segmentLimit
    firstUnsealed = self.log.segment
    self.kept = kept
    self.series = series
    lastFlush = system.now()
    lastSync = lastFlush
    points.reserveCapacity(Self.capacity)
    episodes.reserveCapacity(Self.capacity)
  }

  deinit {
    if !isFinished { try? flush() }
    sealing.sync {}
  }

  // MARK: Recording

  public func record(_ metric: Metric, _ value: Double, step: Int) {
    let time = system.now()
    let id = series.find(metric) ?? declare(metric)
    points.append(Point(series: id, step: Int64(step), time: time, value: value))
    if points.count >= Self.capacity || isFlushDue(at: time) { writeIfPossible() }
    guard watch != nil else { return }
    for finding in watch!.inspect(metric, value, step: step) { record(finding) }
  }

  public func record(_ episode: Episode, step: Int) {
    let time = system.now()
    episodes.append(RecordedEpisode(episode: episode, step: step, wallTime: time))
    if episodes.count >= Self.capacity || isFlushDue(at: time) { writeIfPossible() }
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

  /// Adds a tag, or gives it a new value.
  public func tag(_ key: String, _ value: String) throws(StoreError) {
    append(.tag(key: key, value: value, wallTime: system.now()))
    try flush()
  }

  public func note(_ text: String) throws(StoreError) {
    append(.note(text, wallTime: system.now()))
    try flush()
  }

  /// Records points, episodes and histograms that come with times of their own, as an import does, and flushes.
  package func record(
    series: [Series], episodes: [RecordedEpisode], histograms: [RecordedHistogram]
  ) throws(StoreError) {
    for one in series {
      let id = self.series.find(one.metric) ?? declare(one.metric)
      for index in one.values.indices {
        points.append(
          Point(series: id, step: Int64(one.steps[index]), time: one.wallTimes[index], value: one.values[index]))
        if points.count >= Self.capacity { try write() }
      }
    }
    for episode in episodes {
      self.episodes.append(episode)
      if self.episodes.count >= Self.capacity { try write() }
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
    let folder = directory + "/" + StoreLayout.checkpoints
    if try onDisk(Folder.make(folder, system: system)) { try onDisk(OpenFile.syncFolder(directory, system)) }
    let file = checkpointName(step, in: folder)
    try onDisk(Folder.place(bytes, at: folder + "/" + file, system: system))
    let checkpoint = CheckpointRecord(
      step: step, file: file, size: bytes.count, sha256: SHA256.hexadecimal(bytes), best: best,
      milestone: milestone, wallTime: system.now())
    append(.checkpoint(checkpoint))
    kept.append((checkpoint, log.sequence))
    let worthKeeping = kept.map(\.checkpoint).worthKeeping
    kept.removeAll { !worthKeeping.contains($0.checkpoint) }
    try sync()
    let names = Set(kept.map(\.checkpoint.file))
    // Hidden ones are what a writer left that was killed before it could give them their names.
    for name in try onDisk(Folder.names(in: folder, includingHidden: true)) where !names.contains(name) {
      _ = system.unlink(folder + "/" + name)
    }
  }

  /// The milestones whose files stay, in order.
  package var milestones: [CheckpointRecord] { kept.map(\.checkpoint).filter(\.milestone) }

  /// Goes back to one of the checkpoints whose files stay, or to step 0: what was recorded since is hidden from then on.
  /// Durable when this returns.
  ///
  /// - Precondition: `checkpoint` is one of those.
  package func rewind(
    to checkpoint: CheckpointRecord?, steps: Int, _ rewind: Rewind
  ) throws(StoreError) -> ResumeRecord {
    let target = kept.last { $0.checkpoint == checkpoint }
    precondition(checkpoint == nil || target != nil, "there is no file of the checkpoint to go back to")
    let resume = ResumeRecord(
      checkpoint: checkpoint?.file, step: checkpoint?.step ?? 0, steps: steps, rewind: rewind, wallTime: system.now())
    let after = target?.sequence ?? 0
    drain()
    append(.resume(resume, after: after))
    kept.removeAll { $0.sequence > after }
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
    for finding in watch?.finish() ?? [] { record(finding) }
    drain()
    let number = log.sequence + 1
    append(
      .finish(
        FinishRecord(
          status: status, message: message, frameCount: number, lastSequence: number,
          wallTime: time ?? system.now())))
    try sync()
    isFinished = true
    sealUpTo(log.size > Self.sealingThreshold ? log.segment : log.segment - 1)
    sealing.sync {}
    log.unlock()
  }

  // MARK: Parts

  /// Flushes where nothing can be thrown. What fails stays in memory, and the next flush tries it again and throws.
  private func writeIfPossible() { try? write() }

  private func write() throws(StoreError) {
    drain()
    lastFlush = system.now()
    try log.flush()
    if log.size > segmentLimit { startNextSegment() }
    if isSyncDue || !(0..<Self.syncInterval).contains(lastFlush - lastSync) { try writeDurably() }
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
    sealUpTo(log.segment - 1)
  }

  /// What cannot be sealed stays as it is: nothing is lost by it.
  private func sealUpTo(_ last: Int) {
    guard firstUnsealed <= last else { return }
    for number in firstUnsealed...last {
      sealing.async { [directory, system] in
        _ = try? SegmentSealer.seal(segment: number, in: directory, system: system)
      }
    }
    firstUnsealed = last + 1
  }

  private func reportDropped() throws(StoreError) {
    guard dropped > 0 else { return }
    defer { dropped = 0 }
    throw StoreError.dropped(points: dropped, path: directory)
  }

  /// Of what is framed one by one, as histograms are.
  private var hasMuchToWrite: Bool { log.pendingSize > Self.capacity * 16 }

  private func isFlushDue(at time: Int64) -> Bool {
    // A clock that is set back makes the difference negative.
    !(0..<Self.flushInterval).contains(time - lastFlush)
  }

  private func declare(_ metric: Metric) -> Int64 {
    let id = series.add(metric)
    append(.series(id: id, name: metric.name))
    return id
  }

  private func append(_ entry: LogEntry) {
    precondition(!isFinished, "run \(id) is finished: nothing can be recorded any more")
    log.append(entry.type) { entry.encode(into: &$0) }
  }

  /// Frames the points and episodes gathered so far.
  private func drain() {
    precondition(!isFinished, "run \(id) is finished: nothing can be recorded any more")
    let isOverfull = log.pendingSize > Self.pendingLimit
    if !points.isEmpty {
      if isOverfull { dropped += points.count } else { log.append(.metrics) { points.encode(into: &$0) } }
      points.removeAll(keepingCapacity: true)
    }
    if !episodes.isEmpty {
      if isOverfull { dropped += episodes.count } else { log.append(.episodes) { episodes.encode(into: &$0) } }
      episodes.removeAll(keepingCapacity: true)
    }
  }

  /// A file name for a checkpoint at `step` that no file has: what an earlier frame vouches for is never overwritten.
  private func checkpointName(_ step: Int, in folder: String) -> String {
    let digits = String(step)
    let stem = "step-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    var name = stem + ".safetensors"
    var attempt = 1
    while Folder.holds(folder + "/" + name) {
      attempt += 1
      name = "\(stem)-\(attempt).safetensors"
    }
    return name
  }
}

extension [CheckpointRecord] {
  /// The last two, the newest best and the last four milestones, in order: those whose files a run keeps.
  var worthKeeping: [CheckpointRecord] {
    let best = lastIndex { $0.best }
    let milestones = indices.filter { self[$0].milestone }.suffix(4)
    return indices.filter { $0 >= count - 2 || $0 == best || milestones.contains($0) }.map { self[$0] }
  }
}
