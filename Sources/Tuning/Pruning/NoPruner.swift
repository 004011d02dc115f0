import Telemetry

/// Lets every trial go on to its end.
struct NoPruner: Pruner {
  func prunes(_ reports: [Report], among others: [Trial]) -> Bool { false }
}

extension PrunerName {
  /// `startupTrials`, `warmupSteps` and `interval` are the median's, `minResource` and `reductionFactor` ASHA's.
  package func makePruner(
    direction: ScoreDirection, startupTrials: Int = 5, warmupSteps: Int = 0, interval: Int = 1, minResource: Int = 1,
    reductionFactor: Int = 3
  ) -> any Pruner {
    switch self {
    case .none: NoPruner()
    case .median:
      MedianPruner(direction, startupTrials: startupTrials, warmupSteps: warmupSteps, interval: interval)
    case .asha: ASHAPruner(direction, minResource: minResource, reductionFactor: reductionFactor)
    }
  }
}
