import Foundation
import Tracker

/// The runs that did steps of a workflow: all that is known of what has been done.
struct StepHistory {
  /// The newest first.
  private let records: [RunRecord]

  init(of workflow: Workflow, in store: Store) throws {
    let tag = "tags." + StepRecord.workflowTag
    var records: [RunRecord] = []
    for fields in try store.fields() where fields[tag] == .text(workflow.name) {
      guard case .text(let id)? = fields["id"] else { continue }
      records.append(try store.load(id))
    }
    self.records = records.filter { $0.description.step?.workflow == workflow.name }
      .sorted { ($0.description.start, $0.id) > ($1.description.start, $1.id) }
  }

  /// Those that did just this, whatever the step was called.
  func runs(doing record: StepRecord, seed: UInt64) -> [RunRecord] {
    let key = record.key
    return records.filter { $0.description.seed == seed && $0.description.step?.key == key }
  }

  /// The last finished run of a step; of any seed where that is nil.
  func last(of step: String, seed: UInt64?) -> StepRecord? {
    records.first { run in
      run.status == .finished && run.description.step?.step == step && seed.map { run.description.seed == $0 } ?? true
    }?.description.step
  }
}
