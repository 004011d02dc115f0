import Formats
import Foundation
import RLCore

/// A vector that changes something about what another gives, over all environments together. Conform to it for statistics that
/// environments share, and for what an ``EnvironmentWrapper`` cannot know; everything else is the other's.
///
/// ```swift
/// import RLCore
///
/// final class CountSteps: VectorWrapper {
///   let base: any VectorEnvironment
///   private(set) var steps = 0
///   init(_ base: any VectorEnvironment) { self.base = base }
///
///   func step(_ actions: Span<Float>, into batch: inout StepBatch) {
///     base.step(actions, into: &batch)
///     steps += count
///   }
/// }
/// ```
public protocol VectorWrapper: VectorEnvironment {
  var base: any VectorEnvironment { get }
}

/// What is not changed is the other's.
extension VectorWrapper {
  public var specification: EnvironmentSpecification { base.specification }
  public var count: Int { base.count }
  public var autoReset: AutoReset { base.autoReset }
  public var model: (any TabularModel)? { base.model }
  public var statistics: [String: RunningMoments] { base.statistics }
  public func freeze(_ statistics: [String: RunningMoments]) { base.freeze(statistics) }
  public var failure: (any Error)? { base.failure }
  public func reset(seed: UInt64, into batch: inout StepBatch) { base.reset(seed: seed, into: &batch) }
  public func reset(where chosen: Span<Bool>, into batch: inout StepBatch) { base.reset(where: chosen, into: &batch) }
  public func step(_ actions: Span<Float>, into batch: inout StepBatch) { base.step(actions, into: &batch) }
  public func snapshot() throws -> [UInt8] { try base.snapshot() }
  public func restore(_ snapshot: [UInt8]) throws { try base.restore(snapshot) }

  /// A snapshot of `own` and of the base's.
  func snapshot(with own: some Codable) throws -> [UInt8] {
    Array(
      try JSONForm.exact.encode(WrapperSnapshot(id: specification.id, base: Data(base.snapshot()), own: own)))
  }

  /// Restores the base and gives what `snapshot(with:)` was given. Throws `SnapshotError` where it does not fit.
  func restore<Own: Codable>(_ snapshot: [UInt8], as type: Own.Type) throws -> Own {
    guard let read = try? JSONForm.exact.decode(WrapperSnapshot<Own>.self, from: Data(snapshot)) else {
      throw SnapshotError("these \(snapshot.count) bytes are not a snapshot of \(specification.id)")
    }
    guard read.id == specification.id else {
      throw SnapshotError("a snapshot of \(read.id) does not fit \(specification.id)")
    }
    try base.restore(Array(read.base))
    return read.own
  }
}

/// A vector wrapper after which rewards are not the environment's.
protocol RewardWrapper: VectorWrapper {
  /// Whether no wrapper further in changes rewards.
  var isInnermost: Bool { get }
}

extension RewardWrapper {
  /// Steps the base and keeps the rewards as the environment gave them, unless a wrapper further in does.
  func stepBase(_ actions: Span<Float>, into batch: inout StepBatch) {
    guard isInnermost else { return base.step(actions, into: &batch) }
    // Taken out of the batch, for those further in see the environment's rewards.
    var kept = batch.environmentRewards
    batch.environmentRewards = nil
    base.step(actions, into: &batch)
    if kept?.count == batch.rewards.count {
      for copy in batch.rewards.indices { kept![copy] = batch.rewards[copy] }
    } else {
      kept = batch.rewards.map(\.self)
    }
    batch.environmentRewards = kept
  }
}

extension VectorEnvironment {
  /// Whether no wrapper here changes rewards.
  var givesEnvironmentRewards: Bool {
    if self is any RewardWrapper { return false }
    return (self as? any VectorWrapper)?.base.givesEnvironmentRewards ?? true
  }
}

private struct WrapperSnapshot<Own: Codable>: Codable {
  var id: String
  var base: Data
  var own: Own
}
