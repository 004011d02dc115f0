import Formats

/// A number with what it may be by chance.
package struct Estimate: Codable, Hashable, Sendable {
  package var value: Double
  /// 95 %; nil where there are too few folds or rows.
  @NullWritten package var low: Double?
  @NullWritten package var high: Double?

  package init(_ value: Double, low: Double? = nil, high: Double? = nil) {
    (self.value, self.low, self.high) = (value, low, high)
  }

  package init(_ mean: ResampledMean) { self.init(mean.mean, low: mean.low, high: mean.high) }
}
