import Foundation
import Telemetry
import Tracker

/// Does what a run's actions ask for when something is found.
///
/// Findings act at the end of the iteration in which they were made, so that a run does the same when it is run again.
package final class FindingResponse {
  package let watch: FindingWatch
  private let actions: FindingActions
  private let writer: RunWriter
  private let commands: FindingCommands?
  private let experiment: String
  private let store: String
  /// What the training goes back for.
  private var rewind: (finding: Finding, changes: [RewindChange])?

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

  /// Does what is asked for what was found since the last call, after `rewinds` rewinds.
  package func respond(after rewinds: Int = 0, saying say: (Remark) -> Void) throws -> Decision {
    try report(say)
    return watch.takeFresh().reduce(.goOn) { $0.joined(with: respond(to: $1, after: rewinds, saying: say)) }
  }

  /// As above, for one finding.
  package func respond(to finding: Finding, after rewinds: Int, saying say: (Remark) -> Void) -> Decision {
    var decision = Decision.goOn
    let reason = "stopped by the finding \(finding.rule) at step \(finding.step)"
    for entry in actions.entries(for: finding) {
      switch entry.action {
      case .warn: say(Remark(warningOf: finding))
      case .run(let command): commands?.start(command, input: json(of: finding))
      case .checkpoint:
        say("a checkpoint is saved: \(finding.rule) at step \(finding.step)")
        decision = decision.joined(with: .save)
      case .stop: decision = decision.joined(with: .stop(reason))
      case .rewind where finding.isOfTime:
        // Another machine would go back elsewhere, or not at all.
        say("no rewind for \(finding.rule) at step \(finding.step): it is about time, not about what is learnt")
      case .rewind(let changes):
        guard rewinds < actions.maximumRewinds else {
          decision = decision.joined(with: .stop("\(reason); \(usedUp)"))
          continue
        }
        // The first finding decides.
        if rewind == nil { rewind = (finding, changes) }
        decision = .rewind
      }
    }
    return decision
  }

  /// What the training goes back for, once.
  package func takeRewind() -> (finding: Finding, changes: [RewindChange])? {
    defer { rewind = nil }
    return rewind
  }

  /// Waits for commands, at most as long as one may take, and reports those that failed.
  package func finish(saying say: (Remark) -> Void) throws {
    commands?.finish()
    try report(say)
  }

  private var usedUp: String {
    switch actions.maximumRewinds {
    case 0: "no rewind is allowed"
    case 1: "the one rewind is used up"
    default: "all \(actions.maximumRewinds) rewinds are used up"
    }
  }

  /// Commands are told of by the thread that trains, which alone may write.
  private func report(_ say: (Remark) -> Void) throws {
    for text in commands?.takeReports() ?? [] {
      say(Remark(text))
      try writer.note(text)
    }
  }

  /// Runs the commands for a run that has ended, which others may read and write again by now; waits for them, at most as
  /// long as one may take, and reports those that failed.
  package func tell(_ ending: RunStatus, in store: Store, saying say: (Remark) -> Void) {
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
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let message = Message(
      run: writer.id, experiment: experiment, store: store, rule: finding.rule,
      severity: finding.severity.rawValue, step: finding.step, evidence: finding.evidence, meaning: finding.meaning,
      advice: finding.advice)
    // Texts and a whole number are always encodable.
    return String(decoding: try! encoder.encode(message), as: UTF8.self)
  }
}
