import Foundation
import Testing

@testable import Validation

/// Intervals of scores over folds.
@Suite struct ResampledMeanTests {
  @Test func `Student's t is SciPy's`() throws {
    for entry in try RecordedCalibration.read().t {
      let found = StudentT(degreesOfFreedom: entry[0]).quantile(entry[1])
      #expect(abs(found - entry[2]) <= 1e-9 * max(1, abs(entry[2])), "\(entry): \(found)")
    }
  }

  @Test func `the variance of two scores is counted one and a half times, by hand`() {
    // Scores 0.8 and 0.9 with as many test rows as training rows: s² = 0.005, and (1/2 + 1) s² = 0.0075.
    // With one degree of freedom the quantile is tan(0.475 π) = 12.7062.
    let mean = ResampledMean([0.8, 0.9], testToTraining: 1)
    let reach = 12.706_204_736 * 0.0075.squareRoot()
    #expect(abs(mean.mean - 0.85) < 1e-12)
    #expect(abs(mean.low! - (0.85 - reach)) < 1e-8 && abs(mean.high! - (0.85 + reach)) < 1e-8)
    #expect(mean.clamped(to: ResampledMean.range(of: "accuracy")).high == 1)
  }

  @Test func `ten folds have SciPy's interval and p`() throws {
    let folds = try RecordedCalibration.read().folds
    let mean = ResampledMean(folds.scores, testToTraining: folds.ratio)
    #expect(abs(mean.mean - folds.mean) < 1e-12)
    #expect(abs(mean.low! - folds.low) < 1e-10 && abs(mean.high! - folds.high) < 1e-10)
    #expect(abs(mean.p! - folds.p) < 1e-6 * folds.p)
    #expect(mean.differsFromZero)
  }

  @Test func `one score has no interval, and equal ones have an interval without width`() {
    let one = ResampledMean([0.5], testToTraining: 0.25)
    #expect(one.low == nil && one.high == nil && one.p == nil && !one.differsFromZero)
    let equal = ResampledMean([0, 0, 0], testToTraining: 0.25)
    #expect(equal.low == 0 && equal.high == 0 && equal.p == 1 && !equal.differsFromZero)
    #expect(ResampledMean([0.1, 0.1], testToTraining: 0.25).differsFromZero)
  }
}
