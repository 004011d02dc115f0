import Foundation
import Learning
import Tracker

/// Runs recorded runs again, to see whether they come out the same.
package enum Reproduction {
  /// Hands `rerun` what is recorded of `id` and a temporary store, and compares the run that it returns; nil where it
  /// returns none, being cut short.
  package static func run(
    _ id: String, in store: Store, _ rerun: (RunRecord, Store) throws -> String?
  ) throws -> RunDifference? {
    let record = try store.load(id)
    guard record.status != .running else {
      throw ConfigurationError("run \(id) is still being written; reproduce it when it has ended")
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rlrun-reproduce-\(id)-\(getpid())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let copy = try Store(path: folder.path, create: true)
    guard let again = try rerun(record, copy) else { return nil }
    return try RunDifference(between: record, and: copy.load(again)) { recorded, rerun in
      let before = try Checkpoint(safetensors: store.checkpointBytes(id, recorded)).inPresentForm()
      let after = try Checkpoint(safetensors: copy.checkpointBytes(again, rerun)).inPresentForm()
      return before == after.withoutAdditions(since: before)
    }
  }

  /// What numbers may depend on and what differs here from the record, each in words.
  package static func surroundingsThatDiffer(from record: RunRecord) -> [String] {
    Surroundings.current().numericalDifferences(from: record.description.surroundings)
  }
}
