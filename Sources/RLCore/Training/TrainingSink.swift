import Telemetry

/// Passes on everything an agent records, and remembers the mean return for the progress line.
final class TrainingSink: MetricSink {
  private let sink: any MetricSink
  let signals: SignalPlan
  private(set) var meanReward: Double?
  /// Of the last episodes that the agent learnt from, for comparison with those of evaluations.
  var firstObservations: FirstObservations?

  init(_ sink: any MetricSink) { (self.sink, signals) = (sink, sink.signals) }

  func passesOn(to sink: any MetricSink) -> Bool { self.sink === sink }

  func record(_ metric: Metric, _ value: Double, step: Int) {
    if metric == .rolloutEpRewMean { meanReward = value }
    sink.record(metric, value, step: step)
  }

  func record(_ episode: Episode, step: Int) { sink.record(episode, step: step) }

  func record(_ histogram: Histogram, as metric: Metric, step: Int) { sink.record(histogram, as: metric, step: step) }
}
