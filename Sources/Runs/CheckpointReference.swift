import Learning
import Telemetry
import Tracker

/// Which checkpoint of a run is meant: the last one, or that of the best evaluation.
///
/// ```swift
/// print(CheckpointChoice(rawValue: "best") == .best)  // true
/// ```
public enum CheckpointChoice: String, Sendable, CaseIterable {
  case last
  case best
}

/// A checkpoint of a run in the store, written `RUN`, `RUN:last` or `RUN:best`. Use it where a user names one.
///
/// ```swift
/// import Learning
/// import Tracker
///
/// func weights(of reference: String, in store: Store) throws -> [String] {
///   try CheckpointReference(reference, in: store).load(from: store).tensors.keys.sorted()
/// }
/// print(CheckpointReference(run: "1a2b3c", choice: .best))  // 1a2b3c:best
/// ```
public struct CheckpointReference: Sendable, Hashable, CustomStringConvertible {
  /// The run's id.
  public var run: String
  public var choice: CheckpointChoice

  public init(run: String, choice: CheckpointChoice) {
    self.run = run
    self.choice = choice
  }

  /// Resolves what a user wrote. Throws where there is no such run or choice.
  public init(_ text: String, in store: Store) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let choice = parts.count == 1 ? .last : CheckpointChoice(rawValue: parts[1]) else {
      throw ConfigurationError("'\(text)' names no checkpoint: write RUN, RUN:last or RUN:best")
    }
    self.init(run: try store.find(parts[0]), choice: choice)
  }

  /// What `description` wrote into a log.
  package init?(recorded text: String) {
    let parts = text.split(separator: ":").map(String.init)
    guard parts.count == 2, let choice = CheckpointChoice(rawValue: parts[1]) else { return nil }
    self.init(run: parts[0], choice: choice)
  }

  public var description: String { "\(run):\(choice.rawValue)" }

  /// Reads the checkpoint, whose size and SHA-256 must be those the log holds.
  public func load(from store: Store) throws -> Checkpoint {
    let record = try store.load(run)
    guard let found = choice == .best ? record.bestCheckpoint : record.lastCheckpoint else {
      throw ConfigurationError("run \(run) has no \(choice.rawValue) checkpoint")
    }
    return try Checkpoint(safetensors: store.checkpointBytes(run, found))
  }
}
