import Files
import Formats

/// A run's checkpoint files.
struct CheckpointFolder {
  private let run: String
  private let path: String
  private let system: SystemCalls
  /// Those whose files stay; the others' go with the next `tidy`.
  var kept: KeptCheckpoints

  init(of run: String, kept: KeptCheckpoints, system: SystemCalls) {
    (self.run, self.kept, self.system) = (run, kept, system)
    path = run + "/" + StoreLayout.checkpoints
  }

  /// Writes a file, durably; the log has yet to vouch for it.
  func write(_ bytes: [UInt8], step: Int, best: Bool, milestone: Bool) throws(StoreError) -> CheckpointRecord {
    if try onDisk(Folder.make(path, system: system)) { try onDisk(OpenFile.syncFolder(run, system)) }
    let file = name(forStep: step)
    try onDisk(Folder.place(bytes, at: path + "/" + file, system: system))
    return CheckpointRecord(
      step: step, file: file, size: bytes.count, sha256: SHA256.hexadecimal(bytes), best: best, milestone: milestone,
      wallTime: system.now())
  }

  /// Removes the files that do not stay.
  func tidy() throws(StoreError) {
    let names = Set(kept.checkpoints.map(\.file))
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
