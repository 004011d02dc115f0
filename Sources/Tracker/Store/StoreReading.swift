import Glibc
import Telemetry

extension Store {
  /// Everything a run's log says.
  ///
  /// Hides what a Resume frame supersedes unless `includingSuperseded`. A torn or damaged log is no error: the record's
  /// `condition` says so. Throws `StoreError.deleted` for a deleted run unless `includingDeleted`.
  public func load(
    _ id: String, includingSuperseded: Bool = false, includingDeleted: Bool = false
  ) throws(StoreError) -> RunRecord {
    let folder = try existingFolder(ofRun: id)
    let record = try assemble(id, in: folder, includingSuperseded: includingSuperseded).record
    if record.isDeleted, !includingDeleted { throw StoreError.deleted(id) }
    return record
  }

  /// The runs of one experiment or all, by start time. A run that cannot be read is listed as damaged, with the reason.
  public func runs(experiment: String? = nil, includingDeleted: Bool = false) throws(StoreError) -> [RunRecord] {
    var records: [RunRecord] = []
    for (id, folder) in try runIdentifiers(experiment: experiment) {
      do {
        let record = try assemble(id, in: folder).record
        if includingDeleted || !record.isDeleted { records.append(record) }
      } catch {
        var record = try RunAssembly([], id: id, experiment: experimentName(of: folder)).record
        record.status = .crashed
        record.condition = .damaged([LogDamage(offset: 0, reason: error.description)])
        records.append(record)
      }
    }
    return records.sorted { ($0.description.start, $0.description.seed) < ($1.description.start, $1.description.seed) }
  }

  /// The id that a user's word for a run means: an id, a unique prefix of one, or `latest`, the newest start time in
  /// the store (ties: the highest seed). Deleted runs are not found.
  public func find(_ reference: String) throws(StoreError) -> String {
    let all = try runIdentifiers()
    if reference == "latest" { return try latest(of: all) }
    if all.contains(where: { $0.id == reference }) { return reference }
    var matches: [String] = []
    for (id, folder) in all where !reference.isEmpty && id.hasPrefix(reference) {
      if try !assemble(id, in: folder).record.isDeleted { matches.append(id) }
    }
    switch matches.count {
    case 1: return matches[0]
    case 0: throw StoreError.unknownRun(reference, nearest: nearest(to: reference, in: all.map(\.id)))
    default: throw StoreError.ambiguous(reference, matches: matches)
    }
  }

  private func latest(of runs: [(id: String, folder: String)]) throws(StoreError) -> String {
    var candidates: [(start: Int64, seed: UInt64, id: String, folder: String)] = []
    for (id, folder) in runs {
      guard let record = try? describe(id, in: folder), record.isDescribed else { continue }
      candidates.append((record.description.start, record.description.seed, id, folder))
    }
    candidates.sort { ($0.start, $0.seed) > ($1.start, $1.seed) }
    for candidate in candidates {
      if try !assemble(candidate.id, in: candidate.folder).record.isDeleted { return candidate.id }
    }
    throw StoreError.noRuns(path: path)
  }

  /// A run's record as far as its log's first bytes tell; they nearly always hold the Begin frame.
  private func describe(_ id: String, in folder: String) throws(StoreError) -> RunRecord {
    let bytes = try OpenFile(folder + "/" + StoreLayout.log, O_RDONLY, .read).readAll(limit: 1 << 13)
    let record = try RunAssembly(bytes, id: id, experiment: "").record
    return record.isDescribed ? record : try assemble(id, in: folder).record
  }

  /// The bytes of a checkpoint, as they were written: throws when size or SHA-256 are not what the log says.
  public func checkpointBytes(_ id: String, _ checkpoint: CheckpointRecord) throws(StoreError) -> [UInt8] {
    let path = try existingFolder(ofRun: id) + "/" + StoreLayout.checkpoints + "/" + checkpoint.file
    guard !checkpoint.file.contains("/") else {
      throw StoreError.damagedCheckpoint(path: path, reason: "its name is not one")
    }
    let bytes = try OpenFile(path, O_RDONLY, .read).readAll()
    guard bytes.count == checkpoint.size else {
      throw StoreError.damagedCheckpoint(
        path: path, reason: "it has \(bytes.count) bytes where the log says \(checkpoint.size)")
    }
    guard SHA256.hexadecimal(bytes) == checkpoint.sha256 else {
      throw StoreError.damagedCheckpoint(path: path, reason: "its SHA-256 is not the one in the log")
    }
    return bytes
  }

  /// Checks every byte of a run: its log's frames, the counts in its Finish frame, the checkpoint files it keeps.
  public func verify(_ id: String) throws(StoreError) -> Verification {
    let folder = try existingFolder(ofRun: id)
    let assembly = try assemble(id, in: folder)
    var verification = Verification(
      id: id, frames: assembly.scan.frameCount, bytes: assembly.bytes.count, checkpoints: 0,
      condition: assembly.record.condition, problems: [])
    for checkpoint in assembly.record.keptCheckpoints {
      do {
        _ = try checkpointBytes(id, checkpoint)
        verification.checkpoints += 1
      } catch {
        verification.problems.append(error.description)
      }
    }
    if !assembly.finishAgrees {
      verification.problems.append("the Finish frame of run \(id) does not count the frames that are there")
    }
    return verification
  }

  /// Reads a run's log and says how it stands with the run.
  func assemble(
    _ id: String, in folder: String, includingSuperseded: Bool = false
  ) throws(StoreError) -> RunAssembly {
    let file = try OpenFile(folder + "/" + StoreLayout.log, O_RDONLY, .read)
    // Asked before the reading: a run found locked was running then, and one found free has written all it will.
    let isLocked = file.isLocked()
    var assembly = try RunAssembly(
      try file.readAll(), id: id, experiment: experimentName(of: folder), includingSuperseded: includingSuperseded)
    assembly.settle(isLocked: isLocked)
    return assembly
  }

  /// Every run's id and folder, deleted ones too.
  func runIdentifiers(experiment: String? = nil) throws(StoreError) -> [(id: String, folder: String)] {
    var found: [(id: String, folder: String)] = []
    var experiments = try StoreLayout.names(in: path)
    if let experiment { experiments = [try StoreLayout.folder(forExperiment: experiment)] }
    for experiment in experiments {
      for id in try StoreLayout.names(in: "\(path)/\(experiment)") {
        let folder = "\(path)/\(experiment)/\(id)"
        if StoreLayout.exists(folder + "/" + StoreLayout.log) { found.append((id, folder)) }
      }
    }
    return found
  }

  private func experimentName(of folder: String) -> String {
    let parts = folder.split(separator: "/")
    return parts.count >= 2 ? String(parts[parts.count - 2]) : ""
  }
}

/// What checking a run's bytes found.
public struct Verification: Sendable, Hashable {
  public var id: String
  /// Sound frames.
  public var frames: Int
  /// The log's size.
  public var bytes: Int
  /// Checkpoint files whose size and SHA-256 are as the log says.
  public var checkpoints: Int
  public var condition: LogCondition
  /// What is wrong beside the log's condition, a sentence each.
  public var problems: [String]

  /// Nothing is damaged; the log may be torn, as after a crash.
  public var isSound: Bool {
    if case .damaged = condition { return false }
    return problems.isEmpty
  }
}
