import Files
import Glibc

extension Store {
  /// Mends a run's damaged log: every damaged segment is written anew, sealed, with all of it that is sound.
  ///
  /// The segments as they were are kept in a folder of their own beside the log, and a note in the log says what was
  /// done. A log that is sound or torn is left as it is. Throws `StoreError.live` while somebody writes the run.
  package func repair(_ id: String) throws(StoreError) -> Repair {
    let folder = try existingFolder(ofRun: id)
    let damages = try mend(id, in: folder)
    guard !damages.isEmpty else { return Repair(damages: [], original: nil) }
    let original = try keptFolders(in: folder).last
    let places = damages.prefix(8).map { "\($0.place): \($0.reason)" }.joined(separator: "; ")
    let more = damages.count > 8 ? "; \(damages.count - 8) more" : ""
    try append(
      [.note("repaired; the log as it was is in \(original ?? "")/ — \(places)\(more)", wallTime: system.now())],
      to: id)
    return Repair(damages: damages, original: original.map { folder + "/" + $0 })
  }

  /// Mends the damaged log of an experiment, as `repair` does a run's.
  package func repair(experiment name: String) throws(StoreError) -> Repair {
    _ = try StoreLayout.folder(forExperiment: name)
    // One that says its name in a frame that is lost is called as at first.
    guard let place = try experimentPlaces(called: name).first else { return Repair(damages: [], original: nil) }
    let folder = "\(path)/\(place.folder)/\(StoreLayout.experimentLog)"
    guard try StoreLayout.holdsLog(folder) else { return Repair(damages: [], original: nil) }
    let lock = try onDisk(OpenFile(folder + "/" + StoreLayout.lock, O_RDWR | O_CREAT, .lock, system))
    try onDisk(lock.waitForLock())
    defer { flock(lock.descriptor, LOCK_UN) }
    let segments = try StoreLayout.readSegments(in: folder)
    guard case .damaged(let damages) = try Experiment(segments, name: name).condition else {
      return Repair(damages: [], original: nil)
    }
    try mend(name, in: folder, segments, try LogScan(segments, run: name), damages)
    return Repair(damages: damages, original: try keptFolders(in: folder).last.map { folder + "/" + $0 })
  }

  private func mend(_ id: String, in folder: String) throws(StoreError) -> [LogDamage] {
    guard let lock = try LogWriter.takeLock(in: folder, create: false, system) else { throw StoreError.live(id) }
    defer { flock(lock.descriptor, LOCK_UN) }
    let assembly = try assemble(id, in: folder, includingSuperseded: true, mode: .salvage)
    guard case .damaged(let damages) = assembly.record.condition else { return [] }
    let names = Dictionary(uniqueKeysWithValues: assembly.lostNames.map { ($0, "unnamed/\($0)") })
    try mend(id, in: folder, assembly.segments, assembly.scan, damages, names: names)
    return damages
  }

  /// Writes the damaged segments of a log anew; `names` are series whose names are lost. The caller has the lock.
  private func mend(
    _ id: String, in folder: String, _ segments: [LogSegment], _ logScan: LogScan, _ damages: [LogDamage],
    names lost: [Int64: String] = [:]
  ) throws(StoreError) {
    try keepOriginals(segments.map(\.number), in: folder)

    let found = Dictionary(uniqueKeysWithValues: logScan.segments.map { ($0.number, $0) })
    let files = Dictionary(uniqueKeysWithValues: segments.map { ($0.number, $0.bytes) })
    let damagedNumbers = Set(damages.map(\.segment))
    var names = lost
    var (before, beforeCRC) = (UInt64(0), UInt32(0))
    for number in 1...(segments.last?.number ?? 1) {
      // What follows says how far this segment went, whatever is left of it.
      let next = found.filter { $0.key > number && $0.value.header != nil }.min { $0.key < $1.key }?.value.header
      let scan = found[number]
      var last = max(scan?.lastSequence ?? before, before)
      if let next, next.segment == number + 1 { last = max(last, next.framesBefore) }
      let lastCRC = next?.framesBefore == last ? next!.previousCRC : scan?.lastCRC ?? 0
      let header = FileHeader(
        segment: number, framesBefore: before, previousCRC: beforeCRC, tag: logScan.tag ?? 0,
        version: scan?.version ?? LogFormat.version)
      let isSound = scan.map { $0.header == header && $0.lastSequence == last && $0.lastCRC == lastCRC } ?? false
      if !isSound || damagedNumbers.contains(number) {
        let empty = LogSegment(number: number, bytes: header.bytes)
        let source = if let scan { scan } else { try SegmentScan(empty, at: 0, after: before, run: id) }
        guard
          let sealed = SegmentSealer.seal(
            scan == nil ? empty.bytes : files[number]!, source, header: header, last: last, lastCRC: lastCRC,
            names: names, salvaging: true)
        else { throw StoreError.damaged(run: id, damages[0]) }
        names = [:]
        try onDisk(Folder.place(sealed, at: StoreLayout.segment(number, in: folder), system: system))
      }
      (before, beforeCRC) = (last, lastCRC)
    }
  }

  /// Gives every segment a second name, in `broken-1`, `broken-2`, …, that writing it anew does not touch.
  private func keepOriginals(_ segments: [Int], in folder: String) throws(StoreError) {
    let name = "broken-\(try keptFolders(in: folder).count + 1)"
    let kept = folder + "/" + name
    guard try onDisk(Folder.make(kept, system: system)) else {
      throw StoreError.file(FileError(.create, path: kept, code: EEXIST))
    }
    for number in segments {
      let to = StoreLayout.segment(number, in: kept)
      guard link(StoreLayout.segment(number, in: folder), to) == 0 else {
        throw StoreError.file(FileError(.create, path: to, code: errno))
      }
    }
    try onDisk(OpenFile.syncFolder(kept, system))
    try onDisk(OpenFile.syncFolder(folder, system))
  }

  private func keptFolders(in folder: String) throws(StoreError) -> [String] {
    try onDisk(Folder.names(in: folder)).filter { $0.hasPrefix("broken-") }
      .sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
  }
}

/// What mending a log did.
package struct Repair: Sendable, Hashable {
  /// What was wrong; empty where there was nothing to mend.
  package var damages: [LogDamage]
  /// The folder that keeps the log as it was.
  package var original: String?
}
