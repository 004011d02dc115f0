/// Takes metric points, episodes and histograms. What learns records into a sink and does not know where it leads: conform to
/// it to print, plot or test what an agent or a loop reports. No call blocks on a disk.
///
/// ```swift
/// final class Printer: MetricSink {
///   func record(_ metric: Metric, _ value: Double, step: Int) { print("\(step) \(metric) \(value)") }
///   func record(_ episode: Episode, step: Int) { print("\(step) episode \(episode.reward)") }
/// }
/// Printer().record("train/loss", 0.3, step: 10)  // 10 train/loss 0.3
/// ```
public protocol MetricSink: AnyObject {
  /// Records `value` of `metric` at `step`, a count of transitions over all environments (or of epochs).
  func record(_ metric: Metric, _ value: Double, step: Int)
  /// Records an episode that ended at `step`.
  func record(_ episode: Episode, step: Int)
  /// Records how the values of a tensor lie at `step`; by default nothing.
  func record(_ histogram: Histogram, as metric: Metric, step: Int)
  /// Keeps a file with what is recorded, as predictions of a fit's folds; by default nothing is kept.
  func record(file bytes: [UInt8], as name: String, mediaType: String) throws
  /// What the sink wants to be told of tensors; by default nothing.
  var signals: SignalPlan { get }
}

extension MetricSink {
  public func record(_ histogram: Histogram, as metric: Metric, step: Int) {}
  public func record(file bytes: [UInt8], as name: String, mediaType: String) throws {}
  public var signals: SignalPlan { .none }
}

/// A metric sink that can also be made durable and that keeps checkpoints. A `RunLoop` records into one; Tracker's `RunWriter`
/// is one, and one that keeps nothing is short:
///
/// ```swift
/// final class Discarding: RunSink {
///   func record(_ metric: Metric, _ value: Double, step: Int) {}
///   func record(_ episode: Episode, step: Int) {}
///   func flush() {}
///   func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool) {}
/// }
/// ```
public protocol RunSink: MetricSink {
  /// Returns once everything recorded so far survives the death of this process.
  func flush() throws
  /// Keeps `bytes` as the run's last checkpoint, and as its best where `best` is true; returns once it is durable.
  func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool) throws
  /// As above; a `milestone` stays longer than others, for a training that has to go back.
  func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool, milestone: Bool) throws
}

extension RunSink {
  public func saveCheckpoint(_ bytes: [UInt8], step: Int, best: Bool, milestone: Bool) throws {
    try saveCheckpoint(bytes, step: step, best: best)
  }
}
