import Telemetry

/// Puts a run's record together from its log's bytes.
struct RunAssembly {
  private(set) var record: RunRecord
  private(set) var scan: LogScan
  /// The log's last Finish frame, if it is not hidden.
  private(set) var finish: FinishRecord?
  /// Every Finish frame states its own number and the count of frames up to it.
  private(set) var finishAgrees = true
  /// What a writer who goes on has to know.
  private(set) var state = RunState()
  /// Series that have points and no name.
  private(set) var lostNames: Set<Int64> = []

  let segments: [LogSegment]
  private let includesSuperseded: Bool
  private let mode: DamageMode
  /// What Resume frames hide: frames numbered above `after` and below `before`.
  private var hidden: [(after: UInt64, before: UInt64)] = []
  private var damages: [LogDamage] = []
  private var names: [Int64: String] = [:]
  /// Whether a Finish frame of this kind came since the last Resume frame, hidden or not.
  private var hasFinished = false
  /// The numbers of Checkpoint frames beyond which the run has gone on.
  private var passed: Set<UInt64> = []
  /// By series id.
  private var columns: [Series] = []
  /// Where points of a series were first met, by series id.
  private var firstUses: [(segment: Int, offset: Int)?] = []
  /// The number from which on nothing that was recorded is shown; nil shows all.
  private var cutoff: UInt64?
  /// Lost blocks that are still to come.
  private var lostBlocks: ArraySlice<LostBlock> = []
  /// Series that have lost points, and of which no more are shown; nil stands for episodes.
  private var ended: Set<Int64?> = []

  init(
    _ segments: [LogSegment], id: String, experiment: String, includingSuperseded: Bool = false,
    mode: DamageMode = .pointInTime
  ) throws(StoreError) {
    self.segments = segments
    self.mode = mode
    includesSuperseded = includingSuperseded
    scan = try LogScan(segments, run: id)
    record = RunRecord(id: id, description: .unknown(experiment: experiment))
    record.isDescribed = false
    for frame in scan.frames where frame.type == .resume {
      if case .resume(_, let after)? = entry(of: frame) { hidden.append((after, frame.sequence)) }
    }
    if mode == .pointInTime { findCutoffs() }
    var blocks = (points: PointColumns(), sealed: SealedBlock())
    for frame in scan.frames { read(frame, &blocks) }
    nameSeries()
    record.keptCheckpoints = state.kept.checkpoints
    record.isDeleted = state.isDeleted
    record.goesBeyondLastCheckpoint = state.kept.last.map { passed.contains($0.sequence) } ?? false
    record.condition = scan.condition
    if !damages.isEmpty {
      if case .damaged(let others) = scan.condition { damages += others }
      record.condition = .damaged(damages.sorted { ($0.segment, $0.offset) < ($1.segment, $1.offset) })
    }
    if mode == .strict, case .damaged(let damages) = record.condition {
      throw StoreError.damaged(run: id, damages[0])
    }
  }

  /// A loss of what a Resume frame hides anyway does not count.
  private mutating func findCutoffs() {
    func isHidden(_ numbers: ClosedRange<UInt64>) -> Bool {
      !includesSuperseded
        && hidden.contains { $0.after < numbers.lowerBound && numbers.upperBound < $0.before }
    }
    cutoff = scan.losses.filter { !isHidden($0) }.map(\.lowerBound).min()
    lostBlocks = ArraySlice(
      scan.lostBlocks.filter { !isHidden($0.numbers) }.sorted { ($0.segment, $0.offset) < ($1.segment, $1.offset) })
  }

  /// Puts the experiment's present name in place of the one that the log says.
  mutating func call(experiment name: String) { record.description.experiment = name }

  /// Says how the run stands, given whether a writer held its lock just before the log was read.
  mutating func settle(isLocked: Bool) {
    if let finish {
      record.status = finish.status
    } else {
      record.status = isLocked ? .running : record.description.unfinishedStatus
      // The tail of a log that is being written is not torn, only not there yet.
      if isLocked, case .torn = record.condition { record.condition = .sound }
    }
  }

  /// Whether a frame or a stretch of points is shown, as far as Resume frames and damage go.
  private func isWanted(_ number: UInt64) -> Bool {
    if let cutoff, number >= cutoff { return false }
    return includesSuperseded || !isHidden(number)
  }

  private func isHidden(_ number: UInt64) -> Bool { hidden.contains { $0.after < number && number < $0.before } }

  private mutating func read(_ frame: LogFrame, _ blocks: inout (points: PointColumns, sealed: SealedBlock)) {
    while let lost = lostBlocks.first, (lost.segment, lost.offset) < (frame.segment, frame.offset) {
      ended.insert(lost.series)
      lostBlocks.removeFirst()
    }
    let bytes = segments[frame.segment].bytes
    switch frame.type {
    case .metrics:
      do { try blocks.points.decode(bytes, frame.payload) } catch { return noteUndecodable(frame) }
      add(blocks.points, frame, isWanted: isWanted(frame.sequence))
    case .block:
      do { try blocks.sealed.decode(bytes, frame.payload, first: frame.sequence) } catch {
        return noteUndecodable(frame)
      }
      add(blocks.sealed, frame)
    case .episodes:
      guard isWanted(frame.sequence), !ended.contains(nil) else { return }
      do { try record.episodes.decode(bytes, frame.payload) } catch { noteUndecodable(frame) }
    case .summary, .index: break
    default:
      guard let entry = entry(of: frame) else { return noteUndecodable(frame) }
      add(entry, frame, isHidden: isHidden(frame.sequence), isWanted: isWanted(frame.sequence))
    }
  }

  private mutating func add(_ entry: LogEntry, _ frame: LogFrame, isHidden: Bool, isWanted: Bool) {
    state.add(entry, frame.sequence, isHidden: isHidden)
    switch entry {
    case .begin(let description):
      // Every segment begins with it again.
      guard !record.isDescribed else { return }
      record.description = description
      record.isDescribed = true
      record.tags.merge(description.tags) { later, _ in later }
    case .series(let id, let name): names[id] = name
    case .finding(let finding):
      if isWanted { record.record(finding) }
    case .histogram(let histogram):
      if isWanted { record.histograms.append(histogram) }
    case .artifact(let artifact): record.artifacts.append(artifact)
    case .artifactRemoved(let name, _): record.artifacts.removeAll { $0.name == name }
    case .tag(let key, let value, _): record.tags[key] = value
    case .tagRemoved(let key, _): record.tags[key] = nil
    case .note(let text, _): record.notes.append(text)
    case .name(let name, _): record.description.name = name
    case .text(let text, _): record.text = text
    case .parameters(let values, _): record.laterParameters.merge(values) { first, _ in first }
    case .codeState(let code, _): record.codeState = code
    case .checkpoint(let checkpoint):
      if includesSuperseded || !isHidden { record.checkpoints.append(checkpoint) }
    case .resume(let resume, _): goOn(resume, from: state.kept.last)
    case .finish(let finish):
      hasFinished = finish.status == .finished
      // A copy stands in for the frame before it.
      let number = finish.lastSequence + (frame.isCopy ? 1 : 0)
      finishAgrees = finishAgrees && frame.sequence == number && finish.frameCount == finish.lastSequence
      guard !isHidden else { return }
      self.finish = finish
      record.end = finish.wallTime
      record.message = finish.message
    // The state has them; experiments alone are archived.
    case .deleted, .restored, .archived: break
    }
  }

  private mutating func goOn(_ resume: ResumeRecord, from last: (checkpoint: CheckpointRecord, sequence: UInt64)?) {
    var resume = resume
    if resume.rewind == nil {
      resume.isExtension = hasFinished || resume.steps > record.budget
      // What was done since the checkpoint is done again, but for what led to a rewind.
      let start = max(last?.checkpoint.wallTime ?? record.description.start, record.rewinds.last?.wallTime ?? .min)
      if start < resume.wallTime { record.pauses.join(start..<resume.wallTime) }
    }
    if resume.isExtension || resume.rewind != nil, let last { passed.insert(last.sequence) }
    hasFinished = false
    record.resumes.append(resume)
  }

  /// Hands a block's points to their series, a stretch of one series at a time.
  private mutating func add(_ block: PointColumns, _ frame: LogFrame, isWanted: Bool) {
    var start = 0
    while start < block.count {
      let id = block.series[start]
      var end = start + 1
      while end < block.count, block.series[end] == id { end += 1 }
      guard noteUse(id, frame) else { return }
      if isWanted, !ended.contains(id) { columns[Int(id)].append(block, start..<end) }
      start = end
    }
  }

  private mutating func add(_ block: SealedBlock, _ frame: LogFrame) {
    guard noteUse(block.series, frame) else { return }
    if ended.contains(block.series) { return }
    var start = 0
    for piece in block.pieces {
      let range = start..<start + piece.count
      start = range.upperBound
      guard isWanted(piece.number) else { continue }
      columns[Int(block.series)].append(block.steps[range], block.times[range], block.values[range])
    }
  }

  /// False, and noted, where `id` is none a program gives.
  private mutating func noteUse(_ id: Int64, _ frame: LogFrame) -> Bool {
    guard (0..<RunState.seriesLimit).contains(id) else {
      noteUndecodable(frame)
      return false
    }
    while columns.count <= Int(id) {
      columns.append(Series(metric: ""))
      firstUses.append(nil)
    }
    if firstUses[Int(id)] == nil { firstUses[Int(id)] = (segments[frame.segment].number, frame.offset) }
    return true
  }

  private mutating func nameSeries() {
    state.reserve(below: Int64(columns.count))
    for (id, series) in columns.enumerated() {
      guard let (segment, offset) = firstUses[id] else { continue }
      if let name = names[Int64(id)] {
        guard !series.values.isEmpty else { continue }
        record.series.append(
          Series(metric: Metric(name), steps: series.steps, wallTimes: series.wallTimes, values: series.values))
      } else {
        let reason = "\(series.values.count) points from here on belong to a series whose name is lost"
        damages.append(LogDamage(segment: segment, offset: offset, reason: reason))
        lostNames.insert(Int64(id))
      }
    }
    record.series.sort { $0.metric.name < $1.metric.name }
  }

  private func entry(of frame: LogFrame) -> LogEntry? {
    try? LogEntry.decode(frame.type, segments[frame.segment].bytes, frame.payload)
  }

  private mutating func noteUndecodable(_ frame: LogFrame) {
    damages.append(.undecodable(frame, in: segments))
  }
}

extension Series {
  fileprivate mutating func append(_ block: PointColumns, _ range: Range<Int>) {
    if range.count == 1 {
      steps.append(block.steps[range.lowerBound])
      wallTimes.append(block.times[range.lowerBound])
      values.append(block.values[range.lowerBound])
    } else {
      append(block.steps[range], block.times[range], block.values[range])
    }
  }

  fileprivate mutating func append(_ steps: ArraySlice<Int>, _ times: ArraySlice<Int64>, _ values: ArraySlice<Double>) {
    self.steps += steps
    wallTimes += times
    self.values += values
  }
}

extension RunDescription {
  /// Stands for the description of a log that ends, or is damaged, before it was read.
  fileprivate static func unknown(experiment: String) -> RunDescription {
    RunDescription(
      kind: "unknown", experiment: experiment, subject: "", target: "", seed: 0, hyperparameters: [:],
      configurationHash: "",
      surroundings: Surroundings(
        programVersion: "", gitCommit: nil, host: "", cores: 0, blasCoreType: "", blasThreads: 0, kernelVariant: "",
        commandLine: []), start: 0)
  }
}
