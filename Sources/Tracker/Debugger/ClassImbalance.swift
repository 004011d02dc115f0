import Telemetry

/// Some classes are so rare that a fit can pass them over (`data/class_count/CLASS`, `validation/recall/CLASS`).
///
/// Either the most frequent class has more than 50 times the rows of the rarest one; or more than 10 times those of a
/// class of which less than 0.3 of the validation rows are found at 10 points in a row. Amazon SageMaker Debugger's rule of
/// this name has the same 10 and a misprediction rate of 0.7.
public struct ClassImbalance: DebuggerRule {
  public static let name = "ClassImbalance"
  private static let count = SeriesKind("data/class_count/*")
  private static let recall = SeriesKind("validation/recall/*")
  private var newCounts = SeriesGroup()
  private var counts: [String: Double] = [:]
  private var patience = FitPatience(10)
  private var missed: [String: Int] = [:]
  /// Of the counts, which stay as they are.
  private var hasSpoken = false

  public init() {}

  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> Finding? {
    patience.inspect(metric, value)
    if let name = Self.count.subject(of: metric) {
      if let all = newCounts.record(value, of: name, step: step) { counts = all }
      return nil
    }
    if let all = newCounts.take(before: step) {
      counts = all
      if let finding = rareClass(step) {
        hasSpoken = true
        return finding
      }
    }
    guard !hasSpoken, let name = Self.recall.subject(of: metric), let count = counts[name],
      let most = counts.values.max()
    else { return nil }
    missed[name, default: 0] = most > 10 * count && value < 0.3 ? missed[name, default: 0] + 1 : 0
    guard missed[name] == patience.points else { return nil }
    return finding(
      step,
      "class \(name) has \(rounded(count)) training rows against \(rounded(most)) of the most frequent class; "
        + "validation/recall/\(name) is \(rounded(value)), below 0.3\(patience.points.pointsInARow)")
  }

  private func rareClass(_ step: Int) -> Finding? {
    let order = counts.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    guard let least = order.first, let most = order.last, most.value > 50 * least.value else { return nil }
    return finding(
      step,
      "class \(least.key) has \(rounded(least.value)) training rows, class \(most.key) \(rounded(most.value)), "
        + "more than 50 times as many")
  }

  private func finding(_ step: Int, _ evidence: String) -> Finding {
    Finding(
      rule: Self.name, severity: .warning, step: step, evidence: evidence,
      meaning: "A model that never answers with the rare class has a high accuracy all the same.",
      advice: "Weigh classes by their rarity, get more rows of it, and look at balanced accuracy and recall.")
  }
}
