import Formats
import RLCore
import Telemetry

/// Steps one environment through given actions and writes down what it gives, as CSV.
///
/// The columns are `step,obs_0,…,reward,terminated,truncated`. Row 0 is the first observation. After an ending a
/// further row with the same step holds the first observation of the next episode, and the trace goes on. Reward and
/// flags are empty in the rows of first observations. A step that terminates an episode at its time limit has both
/// flags, as in Gymnasium.
package enum Trace {
  /// `actions`: one a line, comma-separated where an action has several numbers. `source` names them in errors.
  ///
  /// Throws `EnvironmentError` for an unknown environment, or naming the line of what is no action of it.
  package static func csv(
    _ id: String, seed: UInt64, actions text: String, source: String
  ) throws(EnvironmentError) -> String {
    let environment = try EnvironmentCatalogue.make(id, count: 1)
    let actions = try parse(text, for: environment.specification, source: source)
    let space = environment.specification.observationSpace
    var batch = StepBatch(count: 1, width: space.width)
    return CSVWriter.text { writer in
      writer.row(["step"] + (0..<space.width).map { "obs_\($0)" } + ["reward", "terminated", "truncated"])
      func row(_ step: Int, _ observation: [Float], _ rest: [String] = ["", "", ""]) {
        writer.row(["\(step)"] + observation.map { shortest(Double($0)) } + rest)
      }

      environment.reset(seed: seed, into: &batch)
      row(0, batch.observations)
      var elapsed = 0
      for (index, action) in actions.enumerated() {
        environment.step(action.span, into: &batch)
        let ending = batch.endings[0]
        elapsed += 1
        let isAtLimit = elapsed == environment.specification.timeLimit
        row(
          index + 1, ending == .none ? batch.observations : batch.finalObservations,
          [
            shortest(batch.rewards[0]), ending == .terminated ? "1" : "0",
            isAtLimit || ending == .truncated ? "1" : "0",
          ])
        if ending != .none {
          row(index + 1, batch.observations)
          elapsed = 0
        }
      }
    }
  }

  private static func parse(
    _ text: String, for environment: EnvironmentSpecification, source: String
  ) throws(EnvironmentError) -> [[Float]] {
    var actions: [[Float]] = []
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while let last = lines.last, trimmed(last).isEmpty { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
      if fields == [""] { throw EnvironmentError("\(source), line \(index + 1): there is no action in this line") }
      var action: [Float] = []
      for field in fields {
        guard let number = Float(field) else {
          throw EnvironmentError("\(source), line \(index + 1): '\(field)' is not a number")
        }
        action.append(number)
      }
      guard action.count == environment.actionSpace.width else {
        throw EnvironmentError(
          "\(source), line \(index + 1): an action of \(environment.id) has the width \(environment.actionSpace.width), not "
            + "\(action.count)")
      }
      guard environment.actionSpace.acceptsAction(action.span) else {
        throw EnvironmentError(
          "\(source), line \(index + 1): \(fields.joined(separator: ",")) is not an action of \(environment.id)")
      }
      actions.append(action)
    }
    return actions
  }

  private static func trimmed(_ field: Substring) -> String {
    var field = field
    while let last = field.last, last.isWhitespace { field.removeLast() }
    while let first = field.first, first.isWhitespace { field.removeFirst() }
    return String(field)
  }
}
