import Formats
import Randomness

/// Means over curves `[run][step]`, and how they vary when the runs are drawn again.
struct CurveBootstrap {
  private let curves: [[Double?]]
  /// NaN where no run has a value.
  let means: [Double]

  init(_ curves: [[Double?]]) {
    self.curves = curves
    means = (curves.first ?? []).indices.map { step in mean(curves.compactMap { $0[step] }) }
  }

  func interval(confidence: Double, resamples: Int, seed: UInt64) -> (lows: [Double], highs: [Double]) {
    if curves.count == 1 { return (means, means) }
    var generator = CounterGenerator(SeedSequence(seed))
    // How often each draw takes each run: the same draws at every step, so that the band belongs to whole curves.
    let draws = (0..<resamples).map { _ in
      var counts = [Double](repeating: 0, count: curves.count)
      for _ in curves.indices { counts[generator.integer(below: curves.count)] += 1 }
      return counts
    }
    var (lows, highs) = (means, means)
    for step in means.indices {
      let there = curves.indices.compactMap { run in curves[run][step].map { (run: run, value: $0) } }
      if there.isEmpty { continue }
      var resampled: [Double] = []
      resampled.reserveCapacity(resamples)
      for counts in draws {
        var (sum, count) = (0.0, 0.0)
        for (run, value) in there {
          sum += counts[run] * value
          count += counts[run]
        }
        if count > 0 { resampled.append(sum / count) }
      }
      resampled.sort()
      lows[step] = quantile(resampled, (1 - confidence) / 2)
      highs[step] = quantile(resampled, (1 + confidence) / 2)
    }
    return (lows, highs)
  }
}
