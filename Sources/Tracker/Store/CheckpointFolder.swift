import Files
import Formats

/// A run's checkpoint files: the last two, the best, and the last four milestones.
struct CheckpointFolder {
  /// With the numbers of their frames.
  typealias Kept = (checkpoint: CheckpointRecord, sequence: UInt64)

  private let run: String
  private let path: String
  private let system: SystemCalls
  private var kept: [Kept]

  init(of run: String, kept: [Kept], system: SystemCalls) {
    (self.run, self.kept, self.system) = (run, kept, system)
    path = run + "/" + StoreLayout.checkpoints
  }

  /// The milestones whose files stay, in order.
  var milestones: [CheckpointRecord] { kept.map(\.checkpoint).filter(\.milestone) }

  /// The frame of a checkpoint whose file stays.
  func sequence(of checkpoint: CheckpointRecord) -> UInt64? { kept.last { $0.checkpoint == checkpoint }?.sequence }

  /// Writes a file, durably; the log has yet to vouch for it.
  func write(_ bytes: [UInt8], step: Int, best: Bool, milestone: Bool) throws(StoreError) -> CheckpointRecord {
    if try onDisk(Folder.make(path, system: system)) { try onDisk(OpenFile.syncFolder(run, system)) }
    let file = name(forStep: step)
    try onDisk(Folder.place(bytes, at: path + "/" + file, system: system))
    return CheckpointRecord(
      step: step, file: file, size: bytes.count, sha256: SHA256.hexadecimal(bytes), best: best, milestone: milestone,
      wallTime: system.now())
  }

  /// Takes in a checkpoint that the log vouches for.
  mutating func keep(_ checkpoint: CheckpointRecord, sequence: UInt64) {
    kept.append((checkpoint, sequence))
    let worthKeeping = kept.map(\.checkpoint).worthKeeping
    kept.removeAll { !worthKeeping.contains($0.checkpoint) }
  }

  /// Forgets those whose frames come after `sequence`; their files go with the next `tidy`.
  mutating func forget(after sequence: UInt64) { kept.removeAll { $0.sequence > sequence } }

  /// Removes the files that do not stay.
  func tidy() throws(StoreError) {
    let names = Set(kept.map(\.checkpoint.file))
    // Hidden ones are what a writer left that was killed before it could give them their names.
    for name in try onDisk(Folder.names(in: path, includingHidden: true)) where !names.contains(name) {
      _ = system.unlink(path + "/" + name)
    }
  }

  /// A file name that no file has: what an earlier frame vouches for is never overwritten.
  private func name(forStep step: Int) -> String {
    let digits = String(step)
    let stem = "step-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    var name = stem + ".safetensors"
    var attempt = 1
    while Folder.holds(path + "/" + name) {
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
