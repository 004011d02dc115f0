import Telemetry

/// Keeps of a training what it says of its updates.
final class LossSink: MetricSink {
  /// An iteration's means.
  struct Iteration: Encodable {
    var step: Int
    /// Gradient steps so far.
    var updates: Int
    var losses: [String: Double]
  }

  private(set) var iterations: [Iteration] = []

  func record(_ metric: Metric, _ value: Double, step: Int) {
    guard metric.name.hasPrefix("train/") else { return }
    if iterations.last?.step != step { iterations.append(Iteration(step: step, updates: 0, losses: [:])) }
    let last = iterations.count - 1
    if metric == "train/n_updates" {
      iterations[last].updates = Int(value)
    } else {
      iterations[last].losses[metric.name] = value
    }
  }

  func record(_ episode: Episode, step: Int) {}

  func clear() { iterations = [] }
}
