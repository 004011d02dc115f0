import Formats

/// Everything that is recorded of a watched tensor at a step, as `TENSOR/min`, `max`, `mean`, `std`, `l1`, `norm`,
/// `zero_fraction`, `nonfinite_fraction`, `p05`, `p50` and `p95`, and its histogram as `TENSOR`.
///
/// What is not finite is counted and left out of the rest; there is no rest where nothing is finite.
extension MetricSink {
  /// Records `values` as `tensor` if the sink's plan watches it. `hasNorm`: the series `TENSOR/norm` is recorded
  /// already.
  public func record(
    tensor: String, _ values: UnsafeBufferPointer<Float>, hasNorm: Bool = false, step: Int
  ) {
    guard !values.isEmpty, signals.watches(tensor) else { return }
    let histogram = Histogram(of: values)
    let count = Double(values.count)
    func note(_ reduction: String, _ value: Double) { record(Metric("\(tensor)/\(reduction)"), value, step: step) }
    note("nonfinite_fraction", Double(histogram.nonFinite) / count)
    note("zero_fraction", Double(values.count { $0 == 0 }) / count)
    record(histogram, as: Metric(tensor), step: step)
    guard histogram.nonFinite < histogram.count else { return }
    note("min", histogram.minimum)
    note("max", histogram.maximum)
    note("mean", histogram.mean)
    note("std", histogram.standardDeviation)
    note("l1", histogram.norm1)
    if !hasNorm { note("norm", histogram.norm2) }
    var finite = values.filter(\.isFinite)
    note("p05", finite.quantile(0.05))
    note("p50", finite.quantile(0.5))
    note("p95", finite.quantile(0.95))
  }
}
