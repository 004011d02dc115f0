import Formats
import Telemetry

/// A condition on runs, in the words of SQL's WHERE. Use it where a user types which runs are meant.
///
/// ```swift
/// let filter = try RunFilter("agent = 'ppo' AND final/mean_reward > 450 AND NOT params.gamma <= 0.99")
/// let store = try Store(path: "runs", create: true)
/// let runs = try store.runs().filter { filter.matches($0) }
/// print(filter.fields)  // ["agent", "final/mean_reward", "params.gamma"]
/// ```
///
/// `=`, `!=` (or `<>`), `<`, `<=`, `>`, `>=`, `[NOT] LIKE` with `%` and `_`, `[NOT] GLOB` with `*` and `?` (a
/// `NamePattern`), `[NOT] IN (…)`, `IS [NOT] NULL`, `NOT`, `AND`, `OR` and parentheses; words of the language in upper or
/// lower case. Texts stand in single quotes, doubled inside; fields with odd characters in double quotes; lists in brackets,
/// with or without spaces: `params.net_arch = [32, 32]`. What a run does not have is neither equal nor unequal to anything,
/// as in SQL: only `IS NULL`, which can be written `= none`, finds it.
///
/// A number is compared with a number and a text with a text, by its bytes; lists are equal part by part. A value in quotes
/// counts as what it spells for a field that is a number, a list, or true or false, and so does a text that a run has
/// (`tags.stage = 3`); nothing else is equal.
public struct RunFilter: Sendable {
  let condition: Condition

  indirect enum Condition: Sendable {
    case compare(String, Comparison, FilterLiteral)
    case matches(String, NamePattern)
    case among(String, [FilterLiteral])
    case isMissing(String)
    case not(Condition)
    case and(Condition, Condition)
    case or(Condition, Condition)
  }

  enum Comparison: Sendable { case equal, unequal, less, lessOrEqual, greater, greaterOrEqual }

  /// Throws `FilterError`, which says where, for what is no condition.
  public init(_ text: String) throws(FilterError) {
    var parser = try FilterParser(text)
    condition = try parser.parse()
  }

  /// Whether the condition holds for a run.
  public func matches(_ run: RunRecord) -> Bool { matches(RunFields(run)) }

  package func matches(_ run: RunFields) -> Bool { condition.value(for: run) == true }

  /// The fields it names, in order.
  public var fields: [String] { condition.fields }
}

/// What is wrong with a condition, and at which character, counted from 1.
///
/// ```swift
/// do {
///   _ = try RunFilter("agent = ppo")
/// } catch {
///   print(error.sentence)  // in the condition: a text stands in single quotes: 'ppo' at column 9
/// }
/// ```
public struct FilterError: UserFacingError, Hashable, Sendable {
  public var reason: String
  public var column: Int
  public var text: String

  /// One sentence, then the condition with a mark under the place.
  public var description: String { "\(sentence)\n\(excerpt.joined(separator: "\n"))" }

  public var sentence: String { "\(reason) at column \(column)" }
  public var status: FailureStatus { .badUsage }

  /// The condition, control characters escaped, and a line with a mark under the place.
  public var excerpt: [String] {
    let before = String(text.prefix(column - 1)).printable
    return ["  \(text.printable)", "  \(String(repeating: " ", count: before.displayWidth))^"]
  }
}

extension RunFilter.Condition {
  /// nil where a run does not have what is asked about.
  func value(for run: RunFields) -> Bool? {
    switch self {
    case .compare(let field, .equal, let literal): literal.equals(run[field])
    case .compare(let field, .unequal, let literal): literal.equals(run[field]).map { !$0 }
    case .compare(let field, let comparison, .value(let value)): run[field].flatMap { comparison.holds($0, value) }
    case .compare: nil
    case .matches(let field, let pattern):
      switch run[field] {
      case .text(let text): pattern.matches(text)
      case nil: nil
      default: false
      }
    case .among(let field, let literals):
      switch literals.map({ $0.equals(run[field]) }) {
      case let answers where answers.contains(true): true
      case let answers where answers.contains(nil): nil
      default: false
      }
    case .isMissing(let field): run[field] == nil
    case .not(let condition): condition.value(for: run).map { !$0 }
    case .and(let first, let second):
      switch (first.value(for: run), second.value(for: run)) {
      case (false, _), (_, false): false
      case (true, true): true
      default: nil
      }
    case .or(let first, let second):
      switch (first.value(for: run), second.value(for: run)) {
      case (true, _), (_, true): true
      case (false, false): false
      default: nil
      }
    }
  }

  var fields: [String] {
    switch self {
    case .compare(let field, _, _), .matches(let field, _), .among(let field, _), .isMissing(let field): [field]
    case .not(let condition): condition.fields
    case .and(let first, let second), .or(let first, let second): first.fields + second.fields
    }
  }
}

extension RunFilter.Comparison {
  /// nil where the two cannot be ordered.
  fileprivate func holds(_ left: FieldValue, _ right: FieldValue) -> Bool? {
    switch (left, right.asWritten(for: left)) {
    case (.number(let left), .number(let right)): return holds(left, right)
    case (.text(let left), .text(let right)): return holds(Bytes(left), Bytes(right))
    case (.flag(let left), .flag(let right)): return holds(left ? 1.0 : 0, right ? 1.0 : 0)
    case (.text(let left), .number(let right)):
      // A number that a run has as a text, as tags are.
      guard case .number(let left) = FieldValue(written: left) else { return nil }
      return holds(left, right)
    default: return nil
    }
  }

  private func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
    switch self {
    case .equal: left == right
    case .unequal: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    }
  }
}

/// A text, ordered by its bytes.
private struct Bytes: Comparable {
  private let text: String
  init(_ text: String) { self.text = text }
  static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}
