import Telemetry

/// What a writer who goes on with a log has to know of it; small, whatever was recorded.
struct RunState {
  /// nil where the log does not tell.
  private(set) var description: RunDescription?
  /// The series that a writer may use, and the first id that is free.
  private(set) var seriesIDs: [Metric: Int64] = [:]
  private(set) var nextSeriesID: Int64 = 0
  /// The checkpoints whose files the writer has kept, with their frames' numbers.
  private(set) var kept = KeptCheckpoints()
  /// The Checkpoint frame's number for each checkpoint that is not hidden.
  private(set) var checkpointSequences: [CheckpointRecord: UInt64] = [:]
  private(set) var parameters = ParameterTable()
  /// When the run was deleted; nil while it is not.
  private(set) var deletion: Int64?
  var isDeleted: Bool { deletion != nil }
  private(set) var wasResumed = false
  /// Ids count up from 0; no program declares this many.
  static let seriesLimit = Int64(1) << 20

  init() {}

  /// From the frames of a log that are neither points nor episodes; others are passed over.
  init(_ segments: [(bytes: [UInt8], frames: [LogFrame])]) {
    var entries: [(entry: LogEntry, number: UInt64)] = []
    var hidden: [(after: UInt64, before: UInt64)] = []
    for (bytes, frames) in segments {
      for frame in frames where frame.type.isOfState {
        guard let entry = try? LogEntry.decode(frame.type, bytes, frame.payload) else { continue }
        if case .resume(_, let after) = entry { hidden.append((after, frame.sequence)) }
        entries.append((entry, frame.sequence))
      }
    }
    for (entry, number) in entries {
      add(entry, number, isHidden: hidden.contains { $0.after < number && number < $0.before })
    }
  }

  mutating func add(_ entry: LogEntry, _ number: UInt64, isHidden: Bool) {
    switch entry {
    case .begin(let description):
      // Every segment begins with it again.
      guard self.description == nil else { return }
      self.description = description
      parameters.add(ParameterTable(description).values)
    case .series(let id, let name):
      // No program gives ids beyond; a table that long would take all memory.
      guard id < Self.seriesLimit else { return }
      seriesIDs[Metric(name)] = id
      reserve(below: id + 1)
    case .checkpoint(let checkpoint):
      kept.add(checkpoint, sequence: number)
      if !isHidden { checkpointSequences[checkpoint] = number }
    case .resume(_, let after):
      kept.forget(after: after)
      wasResumed = true
    case .parameters(let values, _): parameters.add(values)
    case .deleted(let wallTime): deletion = wallTime
    case .restored: deletion = nil
    default: break
    }
  }

  /// Takes ids below `id` for given.
  mutating func reserve(below id: Int64) { nextSeriesID = max(nextSeriesID, min(id, Self.seriesLimit)) }
}

extension FrameType {
  /// Whether a `RunState` listens to it.
  fileprivate var isOfState: Bool {
    switch self {
    case .begin, .series, .checkpoint, .resume, .parameters, .deleted, .restored: true
    default: false
    }
  }
}
