import Formats
import Runs
import Settings
import Telemetry
import Tracker
import Tuning

/// Trials that are a program's: its output tells the score.
struct ProgramTrials: TrialMaker {
  let command: ProgramCommand
  let configuration: SearchConfiguration
  let place: TrialPlace

  func claim(_ trial: TrialRecord, seed: UInt64) throws -> any ClaimedTrial {
    let name = configuration.subject.name
    let writer = try place.start(
      RunDescription(
        kind: .program, experiment: place.experiment, subject: name, target: configuration.metric.name, seed: seed,
        hyperparameters: trial.values, surroundings: place.surroundings, start: 0),
      trial, seed: seed)
    return ClaimedProgram(
      writer: writer, trial: trial, words: command.words(trial.values, seed: seed),
      configuration: configuration, store: place.store.path)
  }

  /// A program starts anew: what it had done is not known.
  func takeOver(_ run: TrialRun) throws -> any ClaimedTrial {
    try place.noteDeath(of: run)
    let writer = try place.store.resume(run.id, from: nil, steps: 0)
    return ClaimedProgram(
      writer: writer, trial: run.trial, words: command.words(run.trial.values, seed: run.seed),
      configuration: configuration, store: place.store.path)
  }
}

private struct ClaimedProgram: ClaimedTrial {
  let writer: RunWriter
  let trial: TrialRecord
  let words: [String]
  let configuration: SearchConfiguration
  let store: String

  var id: String { writer.id }

  /// How much of the output is kept with the run.
  private static let keptOutput = 1 << 20

  func perform(_ control: TrialControl) throws {
    var (output, last, hasScore) = ([UInt8](), "", false)
    var (reports, judged, isPruned) = ([Report](), 0, false)
    var counts: [String: Int] = [:]
    let program = DependentProgram(
      words, environment: ["RLRUN_STORE": store, "RLRUN_RUN": writer.id], memory: configuration.trialMemory)
    do {
      let ending = try program.run(
        maximumSeconds: control.maximumSeconds,
        shouldStop: {
          if control.shouldStop() { return true }
          guard trial.purpose == .search, reports.count > judged else { return false }
          judged = reports.count
          isPruned = try control.prunes(writer.id, trial.number, reports)
          return isPruned
        },
        onLine: { line in
          if output.count < Self.keptOutput { output += Array((line + "\n").utf8) }
          if !line.allSatisfy(\.isWhitespace) { last = line }
          for point in ProgramOutput.points(in: line) {
            counts[point.name, default: 0] += 1
            let step = point.step ?? counts[point.name]!
            writer.record(Metric(point.name), point.value, step: step)
            if point.name == configuration.metric.name { hasScore = true }
            if point.name == configuration.progressMetric?.name { reports.append(Report(step, point.value)) }
          }
        })
      if !output.isEmpty { try writer.saveArtifact(output, name: "output.txt", mediaType: "text/plain") }
      try finish(ending, hasScore: hasScore, isPruned: isPruned, last: last, control, at: reports.last?.step ?? 0)
    } catch let error as LaunchError {
      try writer.finish(status: .failed, message: error.sentence)
    }
  }

  private func finish(
    _ ending: DependentProgram.Ending, hasScore: Bool, isPruned: Bool, last: String, _ control: TrialControl,
    at step: Int
  ) throws {
    switch ending {
    case .stopped where isPruned:
      try writer.tag(TrialRun.prunedTag, "\(step)")
      try writer.finish(status: .finished, message: TrialControl.pruned.message)
    case .stopped: try writer.finish(status: .interrupted)
    case .outOfTime:
      try writer.finish(status: .failed, message: TrialControl.tooLong(control.maximumSeconds ?? 0).sentence)
    case .killed(let signal):
      try writer.finish(status: .failed, message: "the program was ended by signal \(signal)\(Self.after(last))")
    case .exited(0) where hasScore: try writer.finish(status: .finished)
    case .exited(0):
      try writer.finish(
        status: .failed,
        message:
          "the program never printed the metric '\(configuration.metric.name)', as \(configuration.metric.name)=0.5"
          + Self.after(last))
    case .exited(let status):
      try writer.finish(status: .failed, message: "the program ended with status \(status)\(Self.after(last))")
    }
  }

  private static func after(_ line: String) -> String {
    line.isEmpty ? "" : "; its last line: \(line.prefix(200))"
  }
}
