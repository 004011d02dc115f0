/// Where the time between two iterations' (or epochs') ends went, in seconds: `time/environment`, `time/policy` and
/// `time/update` as the agent says, `time/logging`, `time/evaluation` and `time/checkpoint`, each where there was any, and
/// the rest, `time/other`.
/// `time/waiting` is part of all these: this thread did not run, for want of a processor, of other threads' work or of data.
package struct TimeLedger {
  package enum Work: String, CaseIterable { case environment, policy, update, logging, evaluation, checkpoint }

  private var start = MonotonicClock.now
  private var processor = MonotonicClock.processor
  private var phases: PhaseTimes
  private var logging = 0.0
  /// Measured since the last report, by work.
  private var seconds = Work.allCases.map { _ in 0.0 }

  private static let metrics = Work.allCases.map { Metric("time/\($0.rawValue)") }

  /// `phases`: a learner's times so far.
  package init(_ phases: PhaseTimes = PhaseTimes()) { self.phases = phases }

  package mutating func measure<Result>(_ work: Work, _ body: () throws -> Result) rethrows -> Result {
    let start = MonotonicClock.now
    let result = try body()
    seconds[Work.allCases.firstIndex(of: work)!] += Double(MonotonicClock.now - start) / 1e9
    return result
  }

  /// Records what has passed since the last report; `phases` and `logging` are totals of what was not measured here.
  package mutating func report(
    _ phases: PhaseTimes = PhaseTimes(), logging: Double = 0, step: Int, to sink: any MetricSink
  ) {
    let (now, processor) = (MonotonicClock.now, MonotonicClock.processor)
    seconds[0] += phases.environment - self.phases.environment
    seconds[1] += phases.policy - self.phases.policy
    seconds[2] += phases.update - self.phases.update
    seconds[3] += logging - self.logging
    seconds[4] += phases.evaluation - self.phases.evaluation
    let all = Double(now - start) / 1e9
    for (metric, value) in zip(Self.metrics, seconds) where value > 0 { sink.record(metric, value, step: step) }
    sink.record(.timeOther, max(0, all - seconds.reduce(0, +)), step: step)
    sink.record(.timeWaiting, max(0, all - Double(processor - self.processor) / 1e9), step: step)
    (self.phases, self.logging, start, self.processor) = (phases, logging, now, processor)
    for index in seconds.indices { seconds[index] = 0 }
  }
}
