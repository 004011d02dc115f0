/// What all drawings of a line chart have in common: its axes.
struct ChartAxes {
  let horizontal: Axis
  let vertical: Axis

  /// The steps begin at 0 where the first one is near it; the values' axis goes on to whole ticks and holds the bands
  /// where `withBands`.
  init(_ chart: LineChart, horizontalTicks: Int, verticalTicks: Int, withBands: Bool = true) {
    let scales = chart.scales
    var steps = chart.lines.flatMap { [$0.steps.first, $0.steps.last].compactMap(\.self) }
    if !scales.isHorizontalLogarithmic, let low = steps.min(), let high = steps.max(), low > 0, low <= high * 0.2 {
      steps.append(0)
    }
    horizontal = Axis(
      covering: steps, ticks: horizontalTicks, extends: false, isLogarithmic: scales.isHorizontalLogarithmic)
    let values = chart.lines.flatMap { withBands && $0.hasBand ? $0.lows + $0.highs + $0.means : $0.means }
    vertical = Axis(
      covering: values.filter(\.isFinite), ticks: verticalTicks, low: scales.low, high: scales.high,
      isLogarithmic: scales.isVerticalLogarithmic)
  }
}
