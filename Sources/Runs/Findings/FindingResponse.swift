import Formats
import Foundation
import Telemetry
import Tracker

/// Does what a run's actions ask for when something is found.
///
/// Findings act at the end of the iteration in which they were made, so that a run does the same when it is run again.
package final class FindingResponse: Judge {
  package let watch: FindingWatch
  private let actions: FindingActions
  private let writer: RunWriter
  private let commands: FindingCommands?
  private let experiment: String
  private let store: String
  /// Takes what is to be said of it.
  package var say: (Remark) -> Void = { _ in }

  package init(
    _ actions: FindingActions, watch: FindingWatch, writer: RunWriter, experiment: String, store: String
  ) {
    self.actions = actions
    self.watch = watch
    self.writer = writer
    self.experiment = experiment
    self.store = URL(fileURLWithPath: store).path
    let hasCommands = actions.entries.contains { if case .run = $0.action { true } else { false } }
    commands = hasCommands ? FindingCommands(timeout: actions.commandTimeout) : nil
  }

  /// Does what is asked for what was found since the last call; in the phase `failed`, for that finding alone.
  package func judge(_ moment: Moment) throws -> Decision {
    switch moment.phase {
    case .saved: return .goOn
    case .failed(let finding): return respond(to: finding, moment)
    case .advanced, .evaluated, .finished:
      try report()
      return watch.takeFresh().reduce(.goOn) { $0.joined(with: respond(to: $1, moment)) }
    }
  }

  private func respond(to finding: Finding, _ moment: Moment) -> Decision {
    var decision = Decision.goOn
    let place = "\(finding.rule) at step \(finding.step)"
    let reason = "stopped by the finding \(place)"
    for entry in actions.entries(for: finding) {
      switch entry.action {
      case .warn: say(Remark(warningOf: finding))
      case .run(let command): commands?.start(command, input: json(of: finding))
      case .checkpoint where moment.phase == .finished: break
      case .checkpoint:
        say("a checkpoint is saved: \(place)")
        decision = decision.joined(with: .save)
      case .stop: decision = decision.joined(with: .stop(StopReason(reason, isFinding: true)))
      case .rewind where finding.isOfTime:
        // Another machine would go back elsewhere, or not at all.
        say("no rewind for \(place): it is about time, not about what is learnt")
      case .rewind where moment.phase == .finished:
        say("no rewind for \(place): the run is over")
      case .rewind(let changes):
        if moment.rewinds < actions.maximumRewinds {
          // The first finding decides.
          decision = decision.joined(with: .rewind(RewindRequest(finding: finding, changes: changes)))
        } else {
          decision = decision.joined(with: .stop(StopReason("\(reason); \(usedUp)", isFinding: true)))
        }
      }
    }
    return decision
  }

  /// Waits for commands, at most as long as one may take, and reports those that failed.
  package func finish() throws {
    commands?.finish()
    try report()
  }

  private var usedUp: String {
    switch actions.maximumRewinds {
    case 0: "no rewind is allowed"
    case 1: "the one rewind is used up"
    default: "all \(actions.maximumRewinds) rewinds are used up"
    }
  }

  /// Reports what commands came to, on the training's thread: no other may write to the log.
  private func report() throws {
    for text in commands?.takeReports() ?? [] {
      say(Remark(text))
      try writer.note(text)
    }
  }

  /// Runs the commands for a run that has ended, which others may read and write again by now; waits for them, at most as
  /// long as one may take, and reports those that failed.
  package func tell(_ ending: RunStatus, in store: Store) {
    let asked = actions.commands(for: ending)
    // A log that cannot be read any more has been complained of.
    guard !asked.isEmpty, let record = try? store.load(writer.id) else { return }
    let commands = FindingCommands(timeout: actions.commandTimeout)
    let input = EndingMessage(record, as: ending, store: self.store).json
    for command in asked { commands.start(command, input: input) }
    commands.finish()
    for text in commands.takeReports() {
      say(Remark(text))
      try? store.annotate(record.id, note: text)
    }
  }

  private struct Message: Encodable {
    var run: String
    var experiment: String
    var store: String
    var rule: String
    var severity: String
    var step: Int
    var evidence: String
    var meaning: String
    var advice: String
  }

  private func json(of finding: Finding) -> String {
    let message = Message(
      run: writer.id, experiment: experiment, store: store, rule: finding.rule,
      severity: finding.severity.rawValue, step: finding.step, evidence: finding.evidence, meaning: finding.meaning,
      advice: finding.advice)
    // Texts and a whole number are always encodable.
    return try! JSONForm.line.text(message)
  }
}
