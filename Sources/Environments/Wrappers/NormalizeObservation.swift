import RLCore

/// Observations less their running mean, divided by their running standard deviation: Gymnasium's vector `NormalizeObservation`,
/// whose running statistics all environments share. Use it where components differ by orders of magnitude; an evaluation takes
/// the training's statistics by `freeze`.
///
/// ```swift
/// let training = try NormalizeObservation(EnvironmentCatalogue.make("Pendulum-v1", count: 8))
/// let evaluation = try NormalizeObservation(EnvironmentCatalogue.make("Pendulum-v1", count: 8))
/// evaluation.freeze(training.statistics)
/// print(training.statistics.count)  // 1
/// ```
///
/// A step and a reset take in what they observe, then normalise it with what is known: (x − mean) / √(variance + 10⁻⁸).
/// Gymnasium does so in the mode next-step only; here it goes in all modes, and final observations, which are not taken
/// in a second time, are normalised alike. Statistics are kept in double precision, Gymnasium's in single.
public final class NormalizeObservation: VectorWrapper {
  public let base: any VectorEnvironment
  public let specification: EnvironmentSpecification
  private let width: Int
  private var moments: RunningMoments
  private var isFrozen = false

  /// Throws `EnvironmentError` where observations are not numbers.
  public init(_ base: any VectorEnvironment) throws(EnvironmentError) {
    var specification = base.specification
    guard case .box(let low, let high) = specification.observationSpace else {
      throw EnvironmentError(
        "\(specification.id): normalize_observation needs numbers, but the observations are "
          + "\(specification.observationSpace)")
    }
    specification.addOption("normalize_observation=true")
    specification.observationSpace = .box(low: low.map { _ in -.infinity }, high: high.map { _ in .infinity })
    self.base = base
    self.specification = specification
    width = low.count
    moments = RunningMoments(width: width)
  }

  public func reset(seed: UInt64, into batch: inout StepBatch) {
    base.reset(seed: seed, into: &batch)
    normalizeAll(&batch)
  }

  public func reset(where chosen: Span<Bool>, into batch: inout StepBatch) {
    base.reset(where: chosen, into: &batch)
    batch.observations.withUnsafeMutableBufferPointer { observations in
      for copy in chosen.indices where chosen[copy] {
        let row = observations.baseAddress! + copy * width
        if !isFrozen { moments.update(row, rows: 1) }
        moments.normalize(row, rows: 1, limit: .infinity)
      }
    }
  }

  public func step(_ actions: Span<Float>, into batch: inout StepBatch) {
    base.step(actions, into: &batch)
    normalizeAll(&batch)
    batch.finalObservations.withUnsafeMutableBufferPointer { observations in
      for copy in batch.endings.indices where batch.endings[copy] != .none {
        moments.normalize(observations.baseAddress! + copy * width, rows: 1, limit: .infinity)
      }
    }
  }

  private func normalizeAll(_ batch: inout StepBatch) {
    batch.observations.withUnsafeMutableBufferPointer { observations in
      let rows = observations.baseAddress!
      if !isFrozen { moments.update(rows, rows: count) }
      moments.normalize(rows, rows: count, limit: .infinity)
    }
  }

  public var statistics: [String: RunningMoments] {
    base.statistics.merging(["observation": moments]) { $1 }
  }

  public func freeze(_ statistics: [String: RunningMoments]) {
    base.freeze(statistics)
    isFrozen = true
    if let moments = statistics["observation"], moments.width == width { self.moments = moments }
  }

  public func snapshot() throws -> [UInt8] { try snapshot(with: moments) }

  public func restore(_ snapshot: [UInt8]) throws {
    let read = try restore(snapshot, as: RunningMoments.self)
    guard read.width == width else {
      throw SnapshotError("statistics of \(read.width) numbers do not fit observations of \(width)")
    }
    moments = read
  }
}
