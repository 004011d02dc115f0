import Formats
import Telemetry

/// A learning curve in words.
extension LearningCurve {
  /// `rollout/ep_rew_mean in CartPole-v1`.
  package var title: String {
    let places = environments.count <= 3 ? environments.joined(separator: ", ") : "\(environments.count) environments"
    return places.isEmpty ? metric.name : "\(metric.name) in \(places)"
  }

  /// What line and band are.
  package var explanation: String {
    let sizes = groups.map(\.runs.count)
    var parts: [String] = []
    if sizes.allSatisfy({ $0 == 1 }) {
      parts.append("one seed, so no interval")
    } else if sizes.allSatisfy({ $0 < Self.fewestForInterval }) {
      parts.append("mean and range over seeds, too few for an interval")
    } else {
      let range = sizes.contains { (2..<Self.fewestForInterval).contains($0) } ? ", of fewer than 4 their range" : ""
      parts.append("mean over seeds and \(shortest(confidence * 100)) % bootstrap interval\(range)")
    }
    if smoothing > 0 { parts.append("runs smoothed by a moving average of weight \(shortest(smoothing))") }
    if groups.contains(where: { $0.runs.count > 1 && $0.runsOffAxis > 0 }) {
      parts.append("where seeds are not finite the mean is of the others")
    }
    return parts.joined(separator: "; ")
  }

  /// Of fewer runs the bootstrap's interval is the range from the least to the greatest, and too narrow.
  static let fewestForInterval = 4
}

extension LineChart.Line {
  init(_ group: LearningCurve.Group, of curve: LearningCurve) {
    let words = GroupWords(group: group, axis: curve.axis)
    let count = group.runs.count
    self.init(
      label: group.label, size: "\(count) seed\(count == 1 ? "" : "s")", summary: words.summary,
      omissions: words.omissions, steps: group.steps, means: group.means, lows: group.lows, highs: group.highs,
      hasBand: count > 1,
      marks: group.gaps.map { LineChart.Mark(step: $0.step, value: $0.value, note: words.note(of: $0)) },
      cells: words.cells)
  }
}

/// What there is to say of a group.
private struct GroupWords {
  let group: LearningCurve.Group
  let axis: LearningCurve.Axis

  private var count: Int { group.runs.count }
  /// The last step at which a run has a value.
  private var last: Int? { group.means.lastIndex(where: \.isFinite) }

  /// `from 21.3 to 500, at the end 498.2 [495, 500]`; `from 1 to 3, ends as NaN at step 4; 2 NaN, 1 Inf`.
  var summary: String {
    let finite = group.means.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), let last else {
      return ["no finite value", ending, counts].filter { !$0.isEmpty }.joined(separator: "; ")
    }
    let range = "from \(brief(low)) to \(brief(high))"
    if count == 1, !group.endings.isEmpty { return "\(range), \(omissions)" }
    let value = "\(brief(group.means[last]))\(interval(at: last))"
    let end =
      last == group.means.count - 1 ? "at the end \(value)" : "last \(value) at \(axis.place(group.steps[last]))"
    return omissions.isEmpty ? "\(range), \(end)" : "\(range), \(end); \(omissions)"
  }

  private func interval(at index: Int) -> String {
    let (low, high) = (brief(group.lows[index]), brief(group.highs[index]))
    return switch count {
    case 1: ""
    case ..<LearningCurve.fewestForInterval: " (seeds from \(low) to \(high))"
    default: " [\(low), \(high)]"
    }
  }

  /// `ends as NaN at step 4; 2 NaN, 1 Inf`; empty where all is finite.
  var omissions: String { [ending, counts].filter { !$0.isEmpty }.joined(separator: "; ") }

  /// `ends as NaN from step 4,096 on`, `2 of 5 seeds end as NaN, the first at step 4,096`.
  private var ending: String {
    guard let first = group.endings.first else { return "" }
    if count == 1 {
      let place = axis.place(first.first)
      return "ends as \(first.value.name) " + (first.first == first.last ? "at \(place)" : "from \(place) on")
    }
    let names = OffAxisValue.allCases.filter { value in group.endings.contains { $0.value == value } }.map(\.name)
    let some = group.endings.count
    return "\(some == count ? "all \(count)" : "\(some) of \(count)") seeds end\(some == 1 ? "s" : "") as "
      + names.joined(separator: " or ") + (some == 1 ? " at " : ", the first at ") + axis.place(first.first)
  }

  /// `2 NaN, 1 Inf in 2 of 5 seeds`
  private var counts: String {
    let counts = OffAxisValue.counted(group.offAxis)
    return counts.isEmpty || count == 1 ? counts : "\(counts) in \(group.runsOffAxis) of \(count) seeds"
  }

  func note(of gap: LearningCurve.Gap) -> String {
    let seeds = count == 1 ? "" : "\(gap.runs) of \(count) seeds: "
    return "\(seeds)\(gap.value.name) at \(axis.place(gap.step))"
  }

  /// Label, seeds, last step, value, interval, what is not finite.
  var cells: [String] {
    let end = group.endings.count == count ? group.endings.last : nil
    let place = end?.last ?? last.map { group.steps[$0] }
    let value = end.map(\.value.name) ?? last.map { brief(group.means[$0]) } ?? "–"
    var range = "–"
    if end == nil, let last, count > 1 {
      range = "\(brief(group.lows[last])) to \(brief(group.highs[last]))"
      if count < LearningCurve.fewestForInterval { range = "– (seeds \(range))" }
    }
    let step = place.map { axis == .time ? brief($0) : groupedStep($0) } ?? "–"
    return [group.label, "\(count)", step, value, range, omissions.isEmpty ? "–" : omissions]
  }
}
