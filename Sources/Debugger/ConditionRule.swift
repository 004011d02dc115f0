import Formats
import Settings
import Telemetry

/// A custom rule in a line: `train/entropy < 0.05 for 10 points`.
///
/// A series, or those that a `NamePattern` matches, one of `<`, `<=`, `>`, `>=`, `==`, `!=`, a number (`nan` and `inf` are
/// numbers), and, where one point is not enough, `for N points`.
package struct ConditionRule: DebuggerRule {
  package static let name = "When"
  package static let summary = "a custom condition holds: train/entropy < 0.05 for 10 points"
  package static let scope = RuleScope.anyRun
  package static let stage = RuleStage.asked
  package static let watches: [NamePattern] = ["*"]
  package static let hyperparameters: [Hyperparameter<ConditionRule>] = []

  private var text = ""
  /// As it was written.
  package var condition: String { text }
  private var pattern = NamePattern("")
  private var comparison = Comparison.less
  private var bound = 0.0
  private var patience = 1
  private var streaks = Streaks()

  private enum Comparison: String, Sendable, CaseIterable {
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case greater = ">"

    func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .less: value < bound
      case .lessOrEqual: value <= bound
      case .greater: value > bound
      case .greaterOrEqual: value >= bound
      case .equal: value == bound || value.isNaN && bound.isNaN
      case .unequal: !Comparison.equal.holds(value, bound)
      }
    }
  }

  /// A condition that never holds.
  package init() { bound = -.infinity }

  /// Throws `HyperparameterError`, which says at which column, for a text that is no condition.
  package init(parsing text: String) throws(HyperparameterError) {
    var reader = WordReader(text)
    self.text = text
    let metric = try reader.next("a metric, as train/entropy")
    pattern = NamePattern(metric.text)
    let sign = try reader.next("a comparison: <, <=, >, >=, == or !=")
    guard let comparison = Comparison(rawValue: sign.text) else {
      throw reader.error("there is no comparison '\(sign.text)'; there are <, <=, >, >=, == and !=", at: sign.column)
    }
    self.comparison = comparison
    let number = try reader.next("a number")
    guard let bound = Double(number.text) else {
      throw reader.error("'\(number.text)' is no number", at: number.column)
    }
    self.bound = bound
    guard let word = reader.nextIfAny() else { return }
    guard word.text == "for" else { throw reader.error("'\(word.text)' is not 'for'", at: word.column) }
    let count = try reader.next("how many points")
    guard let patience = Int(count.text), patience >= 1 else {
      throw reader.error("'\(count.text)' is no number of points", at: count.column)
    }
    self.patience = patience
    let points = try reader.next("'points'")
    guard ["points", "point"].contains(points.text) else {
      throw reader.error("'\(points.text)' is not 'points'", at: points.column)
    }
    if let more = reader.nextIfAny() { throw reader.error("'\(more.text)' is too much", at: more.column) }
  }

  package var watched: [NamePattern] { [pattern] }

  package mutating func inspect(_ point: WatchedPoint) -> Verdict? {
    let holds = comparison.holds(point.value, bound)
    let subject = holds ? "\(text): \(point.metric)" : ""
    return streaks.verdict(holds, patience: patience, at: point, subject: subject) { [text, patience] in
      Self.finding(
        point, subject: subject, evidence: "\(point.metric) is \(rounded(point.value))\(patience.pointsInARow)",
        meaning: "The condition '\(text)' holds.", advice: "It is a custom condition: what to do depends on it.")
    }
  }
}

/// The words of a line, with their columns from 1.
private struct WordReader {
  let text: String
  private var words: [(text: String, column: Int)] = []
  private var index = 0

  init(_ text: String) {
    self.text = text
    var column = 0
    for part in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !part.isEmpty { words.append((String(part), column + 1)) }
      column += part.count + 1
    }
  }

  mutating func nextIfAny() -> (text: String, column: Int)? {
    guard index < words.count else { return nil }
    defer { index += 1 }
    return words[index]
  }

  mutating func next(_ expected: String) throws(HyperparameterError) -> (text: String, column: Int) {
    if let word = nextIfAny() { return word }
    throw error("\(expected) is missing", at: text.count + 1)
  }

  func error(_ what: String, at column: Int) -> HyperparameterError {
    HyperparameterError("condition '\(text)', column \(column): \(what)")
  }
}
