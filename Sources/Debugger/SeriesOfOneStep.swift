import Telemetry

// Rules that weigh series against each other may not depend on the order in which these are recorded within a step.

/// Two series side by side: gives both values of a step once both are known.
struct SeriesPair: Sendable {
  let first: Metric
  let second: Metric
  private var values: (first: Double?, second: Double?)
  private var step = Int.min

  init(_ first: Metric, _ second: Metric) {
    self.first = first
    self.second = second
  }

  mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> (first: Double, second: Double)? {
    guard metric == first || metric == second else { return nil }
    if step > self.step { (self.step, values) = (step, (nil, nil)) }
    if metric == first { values.first = value } else { values.second = value }
    guard let first = values.first, let second = values.second else { return nil }
    return (first, second)
  }
}

/// The values of several series by subject (a layer, a class): gives those of a step once a later step has begun.
struct SeriesGroup: Sendable {
  typealias Value = (subject: String, value: Double)
  private var values: [Value] = []
  private var step = Int.min

  /// Takes a value, and returns all values of the step before, in any order, where this is the first of a new step.
  mutating func record(_ point: WatchedPoint) -> [Value]? {
    defer { values.append((point.subject, point.value)) }
    return take(before: point.step)
  }

  /// All values of the last step, if that is before `step` and they have not been taken yet.
  mutating func take(before step: Int) -> [Value]? {
    guard self.step < step else { return nil }
    defer { (self.step, values) = (step, []) }
    return values.isEmpty ? nil : values
  }
}

extension [SeriesGroup.Value] {
  var bySubject: [String: Double] { Dictionary(map { ($0.subject, $0.value) }) { _, last in last } }
}

/// The greatest value so far, as it stood before a step.
struct SteppedMaximum: Sendable {
  private var settled: Double?
  private var newest: (step: Int, value: Double)?

  mutating func record(_ value: Double, step: Int) {
    guard value.isFinite else { return }
    settle(before: step)
    newest = (step, max(value, newest?.value ?? value))
  }

  mutating func value(before step: Int) -> Double? {
    settle(before: step)
    return settled
  }

  private mutating func settle(before step: Int) {
    guard let point = newest, point.step < step else { return }
    settled = max(settled ?? point.value, point.value)
  }
}

/// Patience in points, which a fit of fewer epochs (`train/epochs`, at step 0) shortens: a model that is fitted in one go
/// is judged by its one point.
struct FitEpochs: Sendable {
  private var epochs = Int.max

  mutating func record(_ count: Double) {
    if count >= 1, count < 1e9 { epochs = Int(count) }
  }

  func shorten(_ patience: Int) -> Int { min(patience, epochs) }
}
