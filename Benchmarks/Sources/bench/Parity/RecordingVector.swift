import RLCore

/// Steps like another vector and keeps what went in and what came out.
final class RecordingVector: VectorEnvironment {
  private let inner: any VectorEnvironment
  var isRecording = false
  /// One after the other: `[T, N, A]`, `[T, N, W]` twice, `[T, N]` twice.
  private(set) var actions: [Float] = []
  private(set) var observations: [Float] = []
  private(set) var finalObservations: [Float] = []
  private(set) var rewards: [Double] = []
  private(set) var endings: [UInt8] = []

  var specification: EnvironmentSpecification { inner.specification }
  var count: Int { inner.count }

  init(_ inner: any VectorEnvironment) { self.inner = inner }

  func reset(seed: UInt64, into batch: inout StepBatch) { inner.reset(seed: seed, into: &batch) }

  func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    inner.step(actions, into: &batch)
    guard isRecording else { return }
    for i in actions.indices { self.actions.append(actions[i]) }
    observations += batch.observations
    finalObservations += batch.finalObservations
    rewards += batch.rewards
    endings += batch.endings.map(\.rawValue)
  }

  func snapshot() throws -> [UInt8] { try inner.snapshot() }
  func restore(_ snapshot: [UInt8]) throws { try inner.restore(snapshot) }
}
