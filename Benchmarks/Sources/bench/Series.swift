import Tracker

/// How often a second something was done, measured once a round.
struct Series {
  private(set) var values: [Double] = []
  /// The same by the core's own time, which waiting for others does not count in.
  private var cpuValues: [Double] = []
  private var seconds = 0.0
  private var cpuSeconds = 0.0

  /// `count` of it in `seconds` by the clock, of which the core worked `cpuSeconds` for it.
  mutating func append(count: Int, seconds: Double, cpuSeconds: Double) {
    values.append(Double(count) / seconds)
    cpuValues.append(Double(count) / cpuSeconds)
    self.seconds += seconds
    self.cpuSeconds += cpuSeconds
  }

  /// The share of the time in which the core worked for others or waited; nil where nothing was measured.
  var lost: Double? { values.isEmpty ? nil : 1 - cpuSeconds / seconds }

  /// The median of the rounds' ratios to `other`: what both lost to a slow moment cancels out.
  func ratio(to other: Series) -> Double { median(ratios(to: other)) }

  /// One a round.
  func ratios(to other: Series) -> [Double] { zip(values, other.values).map { $0 / $1 } }

  /// The median of the core's own seconds for one of it.
  var cpuSecondsOfOne: Double { median(cpuValues.map { 1 / $0 }) }

  /// As `ratio`, by the core's own time.
  func cpuRatio(to other: Series) -> Double { median(zip(cpuValues, other.cpuValues).map { $0 / $1 }) }
}

/// Traps where there are no values.
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
