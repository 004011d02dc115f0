import Telemetry

/// What both drawings of a line chart have in common: its axes.
struct ChartAxes {
  let horizontal: Axis
  let vertical: Axis

  /// The steps begin at 0 where the first one is near it; the values' axis goes on to whole ticks and holds the bands
  /// where `withBands`.
  init(_ chart: LineChart, horizontalTicks: Int, verticalTicks: Int, withBands: Bool = true) {
    var steps = chart.lines.flatMap { [$0.steps.first, $0.steps.last].compactMap(\.self) }
    if let low = steps.min(), let high = steps.max(), low > 0, low <= high * 0.2 { steps.append(0) }
    horizontal = Axis(covering: steps, ticks: horizontalTicks, extends: false)
    let values = chart.lines.flatMap { withBands ? $0.lows + $0.highs + $0.means : $0.means }
    vertical = Axis(covering: values, ticks: verticalTicks)
  }
}

/// A learning curve in words.
extension LearningCurve {
  /// `rollout/ep_rew_mean in CartPole-v1`.
  public var title: String {
    let places = environments.count <= 3 ? environments.joined(separator: ", ") : "\(environments.count) environments"
    return places.isEmpty ? metric.name : "\(metric.name) in \(places)"
  }

  /// What line and band are.
  public var explanation: String {
    let smoothed = smoothing > 0 ? "; runs smoothed by a moving average of weight \(shortest(smoothing))" : ""
    if groups.allSatisfy({ $0.runs.count == 1 }) { return "one seed, so no interval" + smoothed }
    return "mean over seeds and \(shortest(confidence * 100)) % bootstrap interval" + smoothed
  }
}

extension LearningCurve.Group {
  /// `ppo, 5 seeds`.
  var legend: String { "\(label), \(runs.count) seed\(runs.count == 1 ? "" : "s")" }
}
