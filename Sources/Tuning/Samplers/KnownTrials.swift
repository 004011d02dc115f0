import Settings
import Synchronization

/// The points of trials, coded once each: a sampler sees the same thousands of trials at every proposal.
final class CodedPoints: Sendable {
  private struct Known {
    var values: [String: HyperparameterValue]
    var point: [Double]?
  }

  private let coding: SpaceCoding
  private let known = Mutex<[Int: Known]>([:])

  init(_ coding: SpaceCoding) { self.coding = coding }

  /// In the order of `trials`, without those that are not of the space.
  func points(of trials: some Sequence<Trial>) -> [[Double]] {
    known.withLock { known in
      trials.compactMap { trial in
        // The same dictionary equals itself at once.
        if let earlier = known[trial.number], earlier.values == trial.values { return earlier.point }
        let point = coding.point(of: trial.values)
        known[trial.number] = Known(values: trial.values, point: point)
        return point
      }
    }
  }
}
