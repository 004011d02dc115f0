extension Store {
  /// Checks every byte of a run: its log's frames and what they say, the counts in its Finish frames, the checkpoint
  /// files it keeps, and its artifacts.
  public func verify(_ id: String) throws(StoreError) -> Verification {
    let folder = try existingFolder(ofRun: id)
    let assembly = try assemble(id, in: folder, includingSuperseded: true, mode: .salvage)
    let record = assembly.record
    var verification = Verification(id: id, condition: record.condition)
    verification.frames = assembly.scan.frameCount
    verification.segments = assembly.segments.count
    verification.sealedSegments = assembly.scan.segments.count { $0.isSealed }
    verification.points = record.series.reduce(0) { $0 + $1.values.count }
    verification.bytes = assembly.segments.reduce(0) { $0 + $1.bytes.count }
    for checkpoint in record.keptCheckpoints {
      do {
        _ = try checkpointBytes(id, checkpoint)
        verification.checkpoints += 1
      } catch {
        verification.problems.append(error.description)
      }
    }
    for artifact in record.artifacts {
      do {
        _ = try artifactBytes(artifact)
        verification.artifacts += 1
      } catch {
        verification.problems.append(error.description)
      }
    }
    if !assembly.finishAgrees {
      verification.problems.append("the Finish frame of run \(id) does not count the frames that are there")
    }
    return verification
  }
}

/// What checking a run's bytes found.
public struct Verification: Sendable, Hashable {
  public var id: String
  public var segments = 0
  /// Those that are compacted.
  public var sealedSegments = 0
  /// Sound frames.
  public var frames = 0
  /// Metric points, those that a resume hides too.
  public var points = 0
  /// The log's size.
  public var bytes = 0
  /// Checkpoint files whose size and SHA-256 are as the log says.
  public var checkpoints = 0
  /// Artifacts of which the same is true.
  public var artifacts = 0
  public var condition: LogCondition
  /// What is wrong beside the log's condition, a sentence each.
  public var problems: [String] = []

  init(id: String, condition: LogCondition) {
    self.id = id
    self.condition = condition
  }

  /// Nothing is damaged; the log may be torn, as after a crash.
  public var isSound: Bool {
    if case .damaged = condition { return false }
    return problems.isEmpty
  }
}
