import Foundation
import ONNX
import RLCore
import Randomness
import Runs
import Training

/// A policy that acts for Python.
final class ActingPolicy: @unchecked Sendable {
  let specification: EnvironmentSpecification
  private let policy: any Policy
  /// Of an environment that normalises observations.
  private let statistics: [String: RunningMoments]
  /// The run and its checkpoint, `1a2b3c:last`; nil for a policy that comes from elsewhere.
  private let run: String?
  private let call: (UnsafePointer<Float>, UnsafePointer<Bool>?, Int, Bool, UnsafeMutablePointer<Float>) -> Void
  private let lock = NSLock()

  /// `seed`: of what it draws where it does not choose the most likely actions.
  init(
    _ policy: any Policy, for specification: EnvironmentSpecification, statistics: [String: RunningMoments],
    run: String?, seed: UInt64
  ) {
    (self.policy, self.specification, self.statistics, self.run) = (policy, specification, statistics, run)
    call = Self.caller(policy, specification, seed)
  }

  func act(
    on observations: UnsafePointer<Float>, masks: UnsafePointer<Bool>?, count: Int, deterministic: Bool,
    into actions: UnsafeMutablePointer<Float>
  ) throws {
    guard count <= 1 << 24 else { throw LibraryError("a policy acts on up to \(1 << 24) observations at once") }
    lock.withLock { call(observations, masks, count, deterministic, actions) }
    let chosen = UnsafeBufferPointer(start: actions, count: count * specification.actionSpace.width)
    guard chosen.allSatisfy(\.isFinite) else {
      throw LibraryError("the policy has diverged: an action is not a finite number")
    }
  }

  /// The bytes of an ONNX model. Throws `ONNXError` where there can be none.
  func onnx() throws(ONNXError) -> [UInt8] {
    try TrainedPolicy.onnx(
      policy, for: specification, statistics: statistics, metadata: run.map { [("rlrun.run", $0)] } ?? [])
  }

  /// Keeps the policy's state from one call to the next of as many rows.
  private static func caller<P: Policy>(
    _ policy: P, _ specification: EnvironmentSpecification, _ seed: UInt64
  ) -> (UnsafePointer<Float>, UnsafePointer<Bool>?, Int, Bool, UnsafeMutablePointer<Float>) -> Void {
    var generator = CounterGenerator(SeedSequence(seed).child(named: "policy"))
    var state: (rows: Int, value: P.State)?
    let (width, actionWidth) = (specification.observationSpace.width, specification.actionSpace.width)
    let maskWidth = specification.maskWidth ?? 0
    return { observations, masks, count, deterministic, actions in
      if state?.rows != count { state = (count, policy.makeState(count: count)) }
      var span = MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(start: actions, count: count * actionWidth))
      let rows = UnsafeBufferPointer(start: masks, count: masks == nil ? 0 : count * maskWidth)
      policy.act(
        on: Span(_unsafeElements: UnsafeBufferPointer(start: observations, count: count * width)),
        masks: Span(_unsafeElements: rows), count: count, deterministic: deterministic, state: &state!.value,
        using: &generator, into: &span)
    }
  }
}
