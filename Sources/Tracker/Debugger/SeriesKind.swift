import Telemetry

/// The series of one kind, as `activations/LAYER/dead_fraction` of every layer or `validation/recall/CLASS` of every
/// class, by the part of the name in between.
struct SeriesKind: Sendable {
  let prefix: String
  let suffix: String
  private let initial: UInt8?

  /// As `updates/*/ratio`: one star, for the layer or class.
  init(_ pattern: StaticString) {
    let parts = "\(pattern)".split(separator: "*", omittingEmptySubsequences: false)
    precondition(parts.count == 2, "\(pattern) has not exactly one star")
    prefix = String(parts[0])
    suffix = String(parts[1])
    initial = prefix.utf8.first
  }

  /// The layer or class of `metric`; nil if it is of another kind.
  func subject(of metric: Metric) -> String? {
    let name = metric.name
    // Every rule asks this of every point; most names differ in the first letter.
    guard name.utf8.first == initial, name.hasPrefix(prefix), name.hasSuffix(suffix),
      name.utf8.count > prefix.utf8.count + suffix.utf8.count
    else { return nil }
    return String(name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count))
  }
}

/// A streak for every layer or class.
struct Streaks: Sendable {
  var patience: Int
  private var streaks: [String: Streak] = [:]

  init(patience: Int) { self.patience = patience }

  /// True once per streak of `subject`: when the condition has held `patience` times in a row.
  mutating func reaches(_ holds: Bool, _ subject: String) -> Bool {
    streaks[subject, default: Streak(patience: patience)].reaches(holds)
  }
}

extension Int {
  /// `at 3 points in a row`, or nothing for a patience of one.
  var pointsInARow: String { self == 1 ? "" : " at \(self) points in a row" }
}
