import BLASBridge
import Formats
import Foundation
import RLCore

/// What a caller owes: the same as to every vector.
extension PythonVector {
  func requireReset(_ when: String) {
    require(progress.seed != nil, "\(specification.id): reset the vector \(when)")
  }

  /// Of the environments `rows`, if not of all.
  func requireActions(_ actions: Span<Float>, of rows: Range<Int>) {
    let width = specification.actionSpace.width
    require(
      actions.count == count * width,
      "\(specification.id): \(count) environments need \(count * width) action numbers, not \(actions.count)")
    let own = actions.extracting(rows.lowerBound * width..<rows.upperBound * width)
    if let index = specification.actionSpace.firstRefused(in: own) {
      fatalError(
        "\(specification.id): environment \(rows.lowerBound + index) got an action that is none of "
          + "\(specification.actionSpace)")
    }
  }

  func requireShape(of batch: borrowing StepBatch) {
    let cells = count * specification.observationSpace.width
    let flags = batch.actionMasks.count
    require(
      batch.observations.count == cells && batch.finalObservations.count == cells && batch.rewards.count == count
        && batch.endings.count == count && (flags == 0 || flags == count * (specification.maskWidth ?? 0)),
      "\(specification.id): the batch is not one for \(count) environments of it")
  }

  func json(_ value: some Encodable) -> [UInt8] {
    guard let data = try? JSONForm.exact.encode(value) else { fatalError("\(value) is no JSON") }
    return Array(data)
  }
}
