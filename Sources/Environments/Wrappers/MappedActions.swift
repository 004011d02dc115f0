import RLCore

/// A vector whose actions are changed on their way to another: what ``ClipAction`` and ``RescaleAction`` are to environments
/// that live elsewhere.
final class MappedActions: VectorWrapper {
  let base: any VectorEnvironment
  let specification: EnvironmentSpecification
  private let map: ActionMap
  /// `[N, A]`
  private var mapped: [Float]

  init(
    _ base: any VectorEnvironment,
    _ change: (inout EnvironmentSpecification) throws(EnvironmentError) -> ActionMap
  ) throws(EnvironmentError) {
    var specification = base.specification
    map = try change(&specification)
    (self.base, self.specification) = (base, specification)
    mapped = Array(repeating: 0, count: base.count * map.width)
  }

  func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    precondition(actions.count == mapped.count, "\(specification.id): \(actions.count) numbers are no actions of it")
    actions.withUnsafeBufferPointer { actions in
      mapped.withUnsafeMutableBufferPointer { mapped in
        map.map(actions.baseAddress!, rows: base.count, into: mapped.baseAddress!)
      }
    }
    mapped.withUnsafeBufferPointer { base.step($0.span, into: &batch) }
  }
}
