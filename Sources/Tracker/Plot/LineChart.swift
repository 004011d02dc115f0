import Telemetry

/// Lines with bands over a common axis, ready to be drawn as a picture or in a terminal.
public struct LineChart: Sendable, Hashable {
  /// Columns of equal length.
  public struct Line: Sendable, Hashable {
    public var legend: String
    /// What there is to say of it in a few words.
    public var summary: String
    /// Places on the horizontal axis, ascending.
    public var steps: [Double]
    public var means: [Double]
    /// The ends of the interval around each mean.
    public var lows: [Double]
    public var highs: [Double]
    /// Whether there is an interval to draw.
    public var hasBand: Bool
  }

  public var title: String
  /// What line and band are.
  public var explanation: String
  /// What is written at the axes.
  public var horizontal: String
  public var vertical: String
  public var lines: [Line]
}

extension LineChart {
  public init(_ curve: LearningCurve) {
    self.init(
      title: curve.title, explanation: curve.explanation, horizontal: curve.axis.title, vertical: curve.metric.name,
      lines: curve.groups.map { group in
        Line(
          legend: group.legend, summary: Self.summary(of: group), steps: group.steps, means: group.means,
          lows: group.lows, highs: group.highs, hasBand: group.runs.count > 1)
      })
  }

  /// The performance profiles of a comparison: Agarwal et al. 2021, figure 7.
  public init(_ comparison: ScoreComparison) {
    let profile = comparison.performanceProfile
    let places = comparison.environments
    self.init(
      title: "Performance profiles in "
        + (places.count <= 3 ? places.joined(separator: ", ") : "\(places.count) environments"),
      explanation: "share of runs that score above a threshold, and its pointwise 95 % bootstrap interval",
      horizontal: "normalised score", vertical: "share of runs above",
      lines: profile.algorithms.map { one in
        let runs = comparison.aggregate.first { $0.algorithm == one.algorithm }?.runs ?? 0
        // Shares fall: the last threshold that half of the runs are above.
        let half = one.shares.lastIndex { $0 >= 0.5 }.map { profile.thresholds[$0] }
        return Line(
          legend: "\(one.algorithm), \(runs) run\(runs == 1 ? "" : "s")",
          summary: half.map { "half of its runs score above \(Self.brief($0))" } ?? "its scores are below the axis",
          steps: profile.thresholds, means: one.shares, lows: one.lows, highs: one.highs, hasBand: one.lows != one.highs
        )
      })
  }

  /// `from 21.3 to 500, at the end 498.2 [495, 500]`.
  private static func summary(of group: LearningCurve.Group) -> String {
    let low = group.means.min() ?? 0
    let high = group.means.max() ?? 0
    guard let last = group.means.last, let from = group.lows.last, let to = group.highs.last else { return "" }
    let interval = group.runs.count > 1 ? " [\(brief(from)), \(brief(to))]" : ""
    return "from \(brief(low)) to \(brief(high)), at the end \(brief(last))\(interval)"
  }

  /// About four digits.
  static func brief(_ value: Double) -> String {
    var scale = 1.0
    while abs(value) * scale < 1_000, scale < 1e6, value != 0 { scale *= 10 }
    return shortest((value * scale).rounded() / scale)
  }
}
