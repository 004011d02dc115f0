import Foundation
import Telemetry
import Testing

@Suite struct SupervisedRulesTests {
  /// `RLRUN_FIT_SEEDS=31-60` in the environment tries more of them.
  private static let seeds: ClosedRange<UInt64> = {
    let text = ProcessInfo.processInfo.environment["RLRUN_FIT_SEEDS"] ?? "1-2"
    let bounds = text.split(separator: "-").map { UInt64($0)! }
    return bounds[0]...bounds[1]
  }()

  @Test(arguments: soundFits) func `a sound fit raises nothing`(_ fit: FitCase) {
    for seed in Self.seeds {
      let found = fit.findings(seed)
      #expect(found.isEmpty, "seed \(seed)")
    }
  }

  @Test(arguments: spoiltFits) func `a spoilt fit raises its rule`(_ fit: FitCase) {
    for seed in Self.seeds {
      let found = Set(fit.findings(seed).map(\.rule))
      #expect(!fit.rules.isDisjoint(with: found), "seed \(seed)")
    }
  }
}
