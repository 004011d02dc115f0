/// Takes metric points, episodes and findings. No call blocks on a disk.
public protocol MetricSink: AnyObject {
  /// Records `value` of `metric` at `step`, a count of transitions over all copies (or of epochs).
  func record(_ metric: Metric, _ value: Double, step: Int)
  /// Records an episode that ended at `step`.
  func record(_ episode: Episode, step: Int)
  /// Records how the values of a tensor lie at `step`; by default nothing.
  func record(_ histogram: Histogram, as metric: Metric, step: Int)
  /// What the sink wants to be told of tensors; by default nothing.
  var signals: SignalPlan { get }
}

extension MetricSink {
  public func record(_ histogram: Histogram, as metric: Metric, step: Int) {}
  public var signals: SignalPlan { .none }
}

/// Where a run goes: a metric sink that can also be made durable and that keeps checkpoints.
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
