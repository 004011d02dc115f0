import Foundation
import Randomness

/// In double precision; NaN for no values.
@inlinable
package func mean(_ values: some Collection<some BinaryFloatingPoint>) -> Double {
  values.reduce(0) { $0 + Double($1) } / Double(values.count)
}

/// Over n, in two passes; NaN for no values.
@inlinable
package func variance(_ values: some Collection<some BinaryFloatingPoint>) -> Double {
  let mean = mean(values)
  return values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
}

/// The standard deviation over n − 1; nil for fewer than two values.
package func standardDeviation(_ values: [Double]) -> Double? {
  guard values.count > 1 else { return nil }
  let mean = mean(values)
  return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
}

package func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// The mean of what is left when ⌊n/4⌋ values are cut from each end of the sorted ones.
///
/// The interquartile mean of Agarwal et al. 2021, as `scipy.stats.trim_mean(values, 0.25)` computes it.
package func interquartileMean(_ values: [Double]) -> Double {
  let cut = values.count / 4
  return mean(Array(values.sorted()[cut..<values.count - cut]))
}

/// The share of pairs in which `x` is above `y`, ties counting half (Mann and Whitney's U over its maximum).
package func probabilityOfImprovement(_ x: [Double], over y: [Double]) -> Double {
  var sum = 0.0
  for a in x { for b in y { sum += a > b ? 1 : a == b ? 0.5 : 0 } }
  return sum / Double(x.count * y.count)
}

/// The `fraction` quantile, linear between order statistics, of sorted values.
package func quantile(_ sorted: [Double], _ fraction: Double) -> Double {
  let place = fraction * Double(sorted.count - 1)
  let lower = Int(place)
  let upper = min(lower + 1, sorted.count - 1)
  return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
}

/// The 2.5 % and 97.5 % quantiles of a statistic's resamples: Efron's percentile interval.
package func percentileInterval(_ resampled: [Double]) -> (low: Double, high: Double) {
  let sorted = resampled.sorted()
  return (quantile(sorted, 0.025), quantile(sorted, 0.975))
}

/// Intervals by resampling with replacement (Efron 1979): the 2.5 % and 97.5 % quantiles of the resampled statistics.
package struct Bootstrap: Sendable {
  package var seed: UInt64
  package var resamples: Int

  package init(seed: UInt64, resamples: Int) {
    self.seed = seed
    self.resamples = resamples
  }

  /// The 95 % interval of `statistic` over the samples, each resampled by itself.
  ///
  /// Every call starts from the seed, so an interval depends on nothing but its samples.
  package func interval(of samples: [[Double]], _ statistic: ([[Double]]) -> Double) -> (low: Double, high: Double) {
    var generator = CounterGenerator(SeedSequence(seed))
    // Sorted, because runs come in the order in which they happened to start.
    let samples = samples.map { $0.sorted() }
    var drawn = samples
    var results: [Double] = []
    results.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for (number, sample) in samples.enumerated() {
        for index in sample.indices { drawn[number][index] = sample[generator.integer(below: sample.count)] }
      }
      results.append(statistic(drawn))
    }
    return percentileInterval(results)
  }
}
