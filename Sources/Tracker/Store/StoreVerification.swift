extension Store {
  /// Checks every byte of a run: its log's frames and what they say, the counts in its Finish frames, the checkpoint
  /// files it keeps, and its artifacts; and whether its folder is where it belongs, once, with nothing else in it.
  package func verify(_ id: String) throws(StoreError) -> Verification {
    let folder = try existingFolder(ofRun: id)
    var verification = try verify(id, in: folder)
    let others = try runIdentifiers().filter { $0.id == id && $0.folder != folder }.map(\.folder)
    verification.note(others: others, than: folder)
    return verification
  }

  /// Checks every run, hands on what is found run by run, and returns what lies in the store and is no run's.
  package func verify(each report: (Verification) -> Void) throws(StoreError) -> StoreRemains {
    let runs = try runIdentifiers()
    let folders = Dictionary(grouping: runs, by: \.id).mapValues { $0.map(\.folder) }
    var begun: [RunDescription: String] = [:]
    for (id, folder) in runs {
      var verification = try verify(id, in: folder)
      let others = (folders[id] ?? []).filter { $0 != folder }
      verification.note(others: others, than: folder)
      if let description = verification.description {
        if let other = begun[description], other != id {
          verification.remarks.append(
            "the log begins as run \(other)'s does, to the microsecond: one is a copy of the other, or the same import")
        }
        begun[description] = begun[description] ?? id
      }
      report(verification)
    }
    return try remains()
  }

  private func verify(_ id: String, in folder: String) throws(StoreError) -> Verification {
    let assembly = try assemble(id, in: folder, includingSuperseded: true, mode: .salvage)
    let record = assembly.record
    var verification = Verification(id: id, condition: record.condition)
    verification.description = assembly.state.description
    verification.frames = assembly.scan.frameCount
    verification.segments = assembly.segments.count
    verification.sealedSegments = assembly.scan.segments.count { $0.isSealed }
    verification.points = record.series.reduce(0) { $0 + $1.values.count }
    verification.bytes = assembly.segments.reduce(0) { $0 + $1.bytes.count }
    for checkpoint in record.keptCheckpoints {
      do {
        _ = try checkpointBytes(checkpoint, in: folder)
        verification.checkpoints += 1
      } catch {
        verification.problems.append(error.description)
      }
    }
    for artifact in record.artifacts {
      do {
        try check(artifact)
        verification.artifacts += 1
      } catch {
        verification.problems.append(error.description)
      }
    }
    if !assembly.finishAgrees {
      verification.problems.append("the Finish frame of run \(id) does not count the frames that are there")
    }
    let place = experimentPlace(experimentFolder(of: folder))
    if let begun = verification.description?.experiment, !place.names.contains(begun) {
      verification.remarks.append(
        "it lies in \(path)/\(place.folder), and was started in experiment '\(begun)': "
          + "--experiment finds it under the folder's name")
    }
    verification.remarks += try StoreLayout.strangers(inRun: folder).map {
      "\(folder)/\($0) is no file of rlrun's"
    }
    return verification
  }
}

/// What checking a run's bytes found.
package struct Verification: Sendable, Hashable {
  package var id: String
  package var segments = 0
  /// Those that are compacted.
  package var sealedSegments = 0
  /// Sound frames.
  package var frames = 0
  /// Metric points, those that a resume hides too.
  package var points = 0
  /// The log's size.
  package var bytes = 0
  /// Checkpoint files whose size and SHA-256 are as the log says.
  package var checkpoints = 0
  /// Artifacts of which the same is true.
  package var artifacts = 0
  package var condition: LogCondition
  /// What is wrong beside the log's condition, a sentence each.
  package var problems: [String] = []
  /// What is not as rlrun left it and loses nothing: a folder that was moved or copied, files of others.
  package var remarks: [String] = []
  /// nil where the log does not say.
  var description: RunDescription?

  init(id: String, condition: LogCondition) {
    self.id = id
    self.condition = condition
  }

  /// Nothing is damaged; the log may be torn, as after a crash.
  package var isSound: Bool {
    if case .damaged = condition { return false }
    return problems.isEmpty
  }

  fileprivate mutating func note(others: [String], than folder: String) {
    guard !others.isEmpty else { return }
    problems.append(
      "run \(id) is there \(others.count + 1) times, in \(([folder] + others).sorted().joined(separator: " and ")), and "
        + "only the first is read by its id: rename or remove the copy")
  }
}
