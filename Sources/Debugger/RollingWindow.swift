import Formats

/// The last values of a series, and their mean and deviation.
struct RollingWindow: Sendable {
  private let capacity: Int
  private var values: [Double] = []
  private var next = 0

  init(capacity: Int) { self.capacity = capacity }

  var count: Int { values.count }
  var isFull: Bool { values.count == capacity }

  mutating func append(_ value: Double) {
    if values.count < capacity {
      values.append(value)
    } else {
      values[next] = value
      next = (next + 1) % capacity
    }
  }

  var mean: Double { Formats.mean(values) }

  /// With n − 1 in its denominator; NaN for fewer than two values.
  var deviation: Double { standardDeviation(values) ?? .nan }

  var median: Double { Formats.median(values) }
}
