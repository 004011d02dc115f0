import Foundation

extension Comparison {
  /// The comparison for people: what differs, the scores, who is better how surely, and what to bear in mind.
  public var text: String {
    var parts: [String] = []
    if groups.count > 1 { parts.append(differencesText) }
    if !groups.isEmpty { parts.append(scoresText) }
    if !improvements.isEmpty { parts.append(improvementsText) }
    parts.append(notesText)
    return parts.joined(separator: "\n\n")
  }

  private var differencesText: String {
    if differences.isEmpty { return "The recorded configurations do not differ." }
    var table = TextTable(["differs"] + groups.map(\.label))
    for difference in differences { table.add([difference.key] + difference.values.map(\.description)) }
    return table.text
  }

  private var scoresText: String {
    var table = TextTable(["group", "seeds", "IQM [95 %]", "mean ± std", "median", "min", "max", "steps/s", "time"])
    for group in groups {
      var iqm = score(group.iqm)
      if let low = group.iqmLow, let high = group.iqmHigh { iqm += " [\(score(low)), \(score(high))]" }
      table.add([
        group.label, String(Set(group.seeds).count), iqm,
        score(group.mean) + (group.std.map { " ± \(score($0))" } ?? ""),
        score(group.median), score(group.min), score(group.max),
        group.stepsPerSecond.map { String(format: "%.0f", $0) } ?? "–",
        group.seconds.map { String(format: "%.1f s", $0) } ?? "–",
      ])
    }
    return table.text
  }

  /// The best group of each environment over every other one there; `improvements` has all pairs.
  private var improvementsText: String {
    let best = Dictionary(groups.map { ($0.environment, $0.label) }) { first, _ in first }.values
    var table = TextTable(["group", "over", "probability of improvement [95 %]"])
    for one in improvements where best.contains(one.group) {
      let values = [one.probability, one.low, one.high].map { String(format: "%.2f", $0) }
      table.add([one.group, one.over, "\(values[0]) [\(values[1]), \(values[2])]"])
    }
    return table.text
  }

  private var notesText: String {
    var lines = [
      groups.isEmpty
        ? "No run has \(metric)."
        : "Scores are the last \(metric) of each run; IQM is the mean of the middle half; "
          + "intervals: \(resamples) bootstrap resamples, seed \(seed)."
    ]
    lines += notes
    lines += leftOut.map { "Left out: \($0.run) (\($0.experiment), seed \($0.seed)): \($0.reason)." }
    return lines.joined(separator: "\n")
  }

  /// Two decimals, or more where all scores are small.
  private func score(_ value: Double) -> String {
    let largest = groups.flatMap { [abs($0.min), abs($0.max)] }.max() ?? 0
    return String(format: "%.\(largest >= 10 ? 2 : largest >= 1 ? 3 : 4)f", value)
  }
}
