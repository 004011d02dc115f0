import Telemetry

/// Where the time between two iterations' ends went, in seconds: `time/environment`, `time/policy` and `time/update` as the
/// agent says, `time/logging`, `time/evaluation` and `time/checkpoint` where there was any, and the rest, `time/other`.
/// `time/waiting` is part of all these: this thread did not run, for want of a processor, of other threads' work or of data.
struct TimeLedger {
  enum Work { case evaluation, checkpoint }

  private var start = PhaseClock.now
  private var processor = PhaseClock.processor
  private var phases: PhaseTimes
  private var logging = 0.0
  private var evaluation = 0.0
  private var checkpoint = 0.0

  /// `phases`: the agent's times so far.
  init(_ phases: PhaseTimes) { self.phases = phases }

  mutating func measure<Result>(_ work: Work, _ body: () throws -> Result) rethrows -> Result {
    let start = PhaseClock.now
    let result = try body()
    let seconds = Double(PhaseClock.now - start) / 1e9
    switch work {
    case .evaluation: evaluation += seconds
    case .checkpoint: checkpoint += seconds
    }
    return result
  }

  /// Records what has passed since the last report; `phases` and `logging` are totals.
  mutating func report(_ phases: PhaseTimes, logging: Double, step: Int, to sink: any MetricSink) {
    let now = PhaseClock.now
    let environment = phases.environment - self.phases.environment
    let policy = phases.policy - self.phases.policy
    let update = phases.update - self.phases.update
    let recording = logging - self.logging
    let all = Double(now - start) / 1e9
    let processor = PhaseClock.processor
    let running = Double(processor - self.processor) / 1e9
    sink.record("time/environment", environment, step: step)
    sink.record("time/policy", policy, step: step)
    sink.record("time/update", update, step: step)
    sink.record("time/logging", recording, step: step)
    if evaluation > 0 { sink.record("time/evaluation", evaluation, step: step) }
    if checkpoint > 0 { sink.record("time/checkpoint", checkpoint, step: step) }
    let other = all - environment - policy - update - recording - evaluation - checkpoint
    sink.record("time/other", max(0, other), step: step)
    sink.record("time/waiting", max(0, all - running), step: step)
    (self.phases, self.logging, start, self.processor) = (phases, logging, now, processor)
    (evaluation, checkpoint) = (0, 0)
  }
}
