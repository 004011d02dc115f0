/// The checkpoints whose files a run keeps, in order, with the numbers of their frames: the last two, the newest best and the
/// last four milestones.
struct KeptCheckpoints {
  private var entries: [(checkpoint: CheckpointRecord, sequence: UInt64)] = []

  var checkpoints: [CheckpointRecord] { entries.map(\.checkpoint) }
  var last: (checkpoint: CheckpointRecord, sequence: UInt64)? { entries.last }

  /// The frame of a checkpoint that is kept.
  func sequence(of checkpoint: CheckpointRecord) -> UInt64? { entries.last { $0.checkpoint == checkpoint }?.sequence }

  /// Takes in the newest, and lets go of what is not kept beside it.
  mutating func add(_ checkpoint: CheckpointRecord, sequence: UInt64) {
    entries.append((checkpoint, sequence))
    let best = entries.lastIndex { $0.checkpoint.best }
    let milestones = entries.indices.filter { entries[$0].checkpoint.milestone }.suffix(4)
    entries = entries.indices.filter { $0 >= entries.count - 2 || $0 == best || milestones.contains($0) }
      .map { entries[$0] }
  }

  /// Lets go of those whose frames come after `sequence`.
  mutating func forget(after sequence: UInt64) { entries.removeAll { $0.sequence > sequence } }
}
