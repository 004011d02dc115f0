import Settings
import Synchronization
import Telemetry

/// What a sampler keeps of trials between proposals, as it sees the same thousands each time: their points, coded once each, and
/// their order, which a new trial changes little.
final class KnownTrials: Sendable {
  private struct Known {
    var values: [String: HyperparameterValue]
    var point: [Double]?
  }

  private struct State {
    /// By number.
    var points: [Int: Known] = [:]
    /// The last ranking.
    var order: [Int] = []
  }

  private let coding: SpaceCoding
  private let state = Mutex(State())

  init(_ coding: SpaceCoding) { self.coding = coding }

  /// In the order of `trials`, without those that are not of the space.
  func points(of trials: some Sequence<Trial>) -> [[Double]] {
    state.withLock { state in
      trials.compactMap { trial in
        // The same dictionary equals itself at once.
        if let known = state.points[trial.number], known.values == trial.values { return known.point }
        let point = coding.point(of: trial.values)
        state.points[trial.number] = Known(values: trial.values, point: point)
        return point
      }
    }
  }

  func ranking(of trials: [Trial], _ direction: ScoreDirection) -> RankedTrials {
    let ranking = RankedTrials(trials, direction, near: state.withLock { $0.order })
    state.withLock { $0.order = ranking.ranked }
    return ranking
  }
}
