/// What one thread of a vector works on: a group of environments, and copies of their rows of the actions and the batch.
///
/// Unchecked: the vector's caller copies rows while the thread rests; in between the share is the thread's alone.
final class ThreadShare<World: Environment>: @unchecked Sendable {
  let group: EnvironmentGroup<World>
  private var actions: [Float]
  private(set) var batch: StepBatch

  init(_ group: EnvironmentGroup<World>, for specification: EnvironmentSpecification) {
    self.group = group
    actions = Array(repeating: 0, count: group.count * specification.actionSpace.width)
    batch = StepBatch(count: group.count, width: specification.observationSpace.width)
  }

  /// `actions` and `batch` are the whole vector's.
  func take(_ actions: Span<Float>, _ batch: borrowing StepBatch) {
    let start = group.first * self.actions.count / group.count
    for place in self.actions.indices { self.actions[place] = actions[start + place] }
    take(batch)
  }

  private func take(_ batch: borrowing StepBatch) {
    let flags = batch.actionMasks.count / batch.count * group.count
    if self.batch.actionMasks.count != flags { self.batch.actionMasks = Array(repeating: true, count: flags) }
    self.batch.copyRows(group.range, of: batch, to: 0)
  }

  func step() { actions.withUnsafeBufferPointer { group.step($0.span, into: &batch) } }

  func give(to batch: inout StepBatch) { batch.copyRows(0..<group.count, of: self.batch, to: group.first) }

  /// Works on the share of the whole vector's batch.
  func perform(on batch: inout StepBatch, _ body: (inout StepBatch) -> Void) {
    take(batch)
    body(&self.batch)
    give(to: &batch)
  }
}
