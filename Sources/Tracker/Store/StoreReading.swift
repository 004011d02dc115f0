import Files
import Formats
import Glibc
import Settings
import Telemetry

extension Store {
  /// Everything a run's log says.
  ///
  /// Hides what a Resume frame supersedes unless `includingSuperseded`. A torn log is no error, nor is a damaged one
  /// unless `mode` is `strict`: the record's `condition` says so. Throws `StoreError.deleted` for a deleted run unless
  /// `includingDeleted`.
  public func load(
    _ id: String, includingSuperseded: Bool = false, includingDeleted: Bool = false, mode: DamageMode = .pointInTime
  ) throws(StoreError) -> RunRecord {
    let folder = try existingFolder(ofRun: id)
    let record = try assemble(id, in: folder, includingSuperseded: includingSuperseded, mode: mode).record
    if record.isDeleted, !includingDeleted { throw StoreError.deleted(id) }
    return record
  }

  /// The runs of one experiment or all, by start time. A run that cannot be read is listed as damaged, with the reason.
  public func runs(experiment: String? = nil, includingDeleted: Bool = false) throws(StoreError) -> [RunRecord] {
    var records: [RunRecord] = []
    for (id, folder) in try runIdentifiers(experiment: experiment) {
      guard let record = try record(ofListed: id, in: folder) else { continue }
      if includingDeleted || !record.isDeleted { records.append(record) }
    }
    return records.sorted { ($0.description.start, $0.description.seed) < ($1.description.start, $1.description.seed) }
  }

  /// What a list says of a run: that it is damaged where it cannot be read; nil where it is not there any more.
  func record(ofListed id: String, in folder: String) throws(StoreError) -> RunRecord? {
    do {
      return try assemble(id, in: folder).record
    } catch {
      // A run that `gc` removed in between.
      guard try StoreLayout.holdsLog(folder) else { return nil }
      var record = try RunAssembly([], id: id, experiment: experimentPlace(experimentFolder(of: folder)).name).record
      record.status = .crashed
      record.condition = .damaged([LogDamage(offset: 0, reason: error.description)])
      return record
    }
  }

  /// The ids of all runs, those that cannot be read and deleted ones too.
  public func identifiers() throws(StoreError) -> [String] { try runIdentifiers().map(\.id) }

  /// The id that a user's word for a run means: an id, a unique prefix of one, or `latest`, the newest start time in
  /// the store (ties: the highest seed) but for trials of searches. Deleted runs are not found, or, with `includingDeleted`, by their ids.
  public func find(_ reference: String, includingDeleted: Bool = false) throws(StoreError) -> String {
    let all = try runIdentifiers()
    if reference == "latest" { return try latest(of: all) }
    if all.contains(where: { $0.id == reference }) { return reference }
    var matches: [String] = []
    for (id, folder) in all where !reference.isEmpty && id.hasPrefix(reference) {
      if includingDeleted { matches.append(id) } else if try !isDeleted(id, in: folder) { matches.append(id) }
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
      // A search stands for its trials.
      if record.description.trial != nil { continue }
      candidates.append((record.description.start, record.description.seed, id, folder))
    }
    candidates.sort { ($0.start, $0.seed) > ($1.start, $1.seed) }
    for candidate in candidates {
      if try !isDeleted(candidate.id, in: candidate.folder) { return candidate.id }
    }
    throw StoreError.noRuns(path: path)
  }

  /// Whether the run in `folder` is deleted, whatever else its log says.
  private func isDeleted(_ id: String, in folder: String) throws(StoreError) -> Bool {
    do throws(StoreError) {
      return try LogTail(in: folder, run: id, system).state.isDeleted
    } catch .damaged {
      return try assemble(id, in: folder).record.isDeleted
    }
  }

  /// A run's record as far as its log's first bytes tell; they nearly always hold the Begin frame.
  private func describe(_ id: String, in folder: String) throws(StoreError) -> RunRecord {
    let bytes = try onDisk(OpenFile(folder + "/" + StoreLayout.log, O_RDONLY, .read).readAll(limit: 1 << 13))
    let record = try RunAssembly([LogSegment(number: 1, bytes: bytes)], id: id, experiment: "").record
    return record.isDescribed ? record : try assemble(id, in: folder).record
  }

  /// The bytes of a checkpoint, as they were written: throws when size or SHA-256 are not what the log says.
  public func checkpointBytes(_ id: String, _ checkpoint: CheckpointRecord) throws(StoreError) -> [UInt8] {
    try checkpointBytes(checkpoint, in: existingFolder(ofRun: id))
  }

  func checkpointBytes(_ checkpoint: CheckpointRecord, in folder: String) throws(StoreError) -> [UInt8] {
    let path = folder + "/" + StoreLayout.checkpoints + "/" + checkpoint.file
    guard !checkpoint.file.contains("/") else {
      throw StoreError.damagedCheckpoint(path: path, reason: "its name is not one")
    }
    let bytes = try onDisk(OpenFile(path, O_RDONLY, .read).readAll())
    guard bytes.count == checkpoint.size else {
      throw StoreError.damagedCheckpoint(
        path: path, reason: "it has \(bytes.count) bytes where the log says \(checkpoint.size)")
    }
    guard SHA256.hexadecimal(bytes) == checkpoint.sha256 else {
      throw StoreError.damagedCheckpoint(path: path, reason: "its SHA-256 is not the one in the log")
    }
    return bytes
  }

  /// Reads a run's log and says how it stands with the run.
  func assemble(
    _ id: String, in folder: String, includingSuperseded: Bool = false, mode: DamageMode = .pointInTime
  ) throws(StoreError) -> RunAssembly {
    // Asked before the reading: a run found locked was running then, and one found free has written all it will.
    let isLocked = isLocked(folder)
    let place = experimentPlace(experimentFolder(of: folder))
    var assembly = try RunAssembly(
      try StoreLayout.readSegments(in: folder), id: id, experiment: place.name,
      includingSuperseded: includingSuperseded, mode: mode)
    if let name = place.givenName { assembly.call(experiment: name) }
    assembly.settle(isLocked: isLocked)
    return assembly
  }

  /// Whether a writer holds the run in `folder`.
  func isLocked(_ folder: String) -> Bool {
    // Without the file nobody can hold it; what cannot be asked is taken for free.
    (try? OpenFile(folder + "/" + StoreLayout.lock, O_RDONLY, .read).isLocked()) ?? false
  }

  /// Every run's id and folder, deleted ones too; with `includingOthers` folders that hold no log as well, which are not
  /// looked into then.
  func runIdentifiers(
    experiment: String? = nil, includingOthers: Bool = false
  ) throws(StoreError) -> [(id: String, folder: String)] {
    var found: [(id: String, folder: String)] = []
    var experiments: [String] = []
    if let experiment {
      experiments = try experimentPlaces(called: experiment).map(\.folder)
    } else {
      experiments = try onDisk(Folder.names(in: path))
    }
    for experiment in experiments {
      found += try runIdentifiers(inFolder: experiment, includingOthers: includingOthers)
    }
    return found
  }

  /// The same of the experiment that has a folder of the store.
  func runIdentifiers(
    inFolder experiment: String, includingOthers: Bool = false
  ) throws(StoreError) -> [(id: String, folder: String)] {
    var found: [(id: String, folder: String)] = []
    for id in try onDisk(Folder.names(in: "\(path)/\(experiment)")) {
      let folder = "\(path)/\(experiment)/\(id)"
      if includingOthers {
        found.append((id, folder))
      } else if try StoreLayout.holdsLog(folder) {
        found.append((id, folder))
      }
    }
    return found
  }

  /// The name of the experiment's folder that has a run's folder.
  func experimentFolder(of folder: String) -> String {
    let parts = folder.split(separator: "/")
    return parts.count >= 2 ? String(parts[parts.count - 2]) : ""
  }
}
