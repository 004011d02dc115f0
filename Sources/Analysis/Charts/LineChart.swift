import Formats
import Telemetry

/// Lines with bands over a common axis: one panel of a `ChartFigure`.
package struct LineChart: Sendable, Hashable {
  /// Columns of equal length.
  package struct Line: Sendable, Hashable {
    /// Lines with the same label have the same colour in all panels.
    package var label: String
    /// Of how much it is the mean, `5 seeds`.
    package var size: String
    /// What there is to say of it in a few words.
    package var summary: String
    /// What is left out of the line, in words; empty for nothing.
    package var omissions: String
    /// Places on the horizontal axis, ascending.
    package var steps: [Double]
    /// NaN where the line is broken.
    package var means: [Double]
    /// The ends of the interval around each mean.
    package var lows: [Double]
    package var highs: [Double]
    /// Whether there is an interval to draw.
    package var hasBand: Bool
    /// Where values are off the axis.
    package var marks: [Mark]
    /// Its row of the figure's table.
    package var cells: [String]

    var legend: String { size.isEmpty ? label : "\(label), \(size)" }
  }

  /// A value that has no place on the axis, marked at its edge.
  package struct Mark: Sendable, Hashable {
    package var step: Double
    package var value: OffAxisValue
    /// `2 of 5 seeds: NaN at step 4,096`
    package var note: String
  }

  /// Of this panel; empty where the figure's title is enough.
  package var title: String
  /// What is written at the axes.
  package var horizontal: String
  package var vertical: String
  package var scales = ChartScales()
  package var lines: [Line]
}

extension LineChart {
  /// The panel on other scales: what a logarithmic axis has no place for is marked and counted.
  ///
  /// - Precondition: the scales' ends are in order, and above 0 on a logarithmic axis.
  package func on(_ scales: ChartScales) -> LineChart {
    if let low = scales.low, let high = scales.high { precondition(low < high, "the axis ends before it begins") }
    var chart = self
    chart.scales = scales
    for index in lines.indices {
      if scales.isHorizontalLogarithmic { chart.lines[index].leaveOutStepsNotPositive() }
      if scales.isVerticalLogarithmic { chart.lines[index].leaveOutMeansNotPositive() }
    }
    return chart
  }
}

extension LineChart.Line {
  fileprivate mutating func leaveOutStepsNotPositive() {
    let kept = steps.indices.filter { steps[$0] > 0 }
    let count = steps.count - kept.count
    if count == 0 { return }
    steps = kept.map { steps[$0] }
    means = kept.map { means[$0] }
    lows = kept.map { lows[$0] }
    highs = kept.map { highs[$0] }
    marks.removeAll { $0.step <= 0 }
    note("\(grouped(count)) point\(count == 1 ? "" : "s") at or before 0")
  }

  fileprivate mutating func leaveOutMeansNotPositive() {
    var count = 0
    for index in means.indices where means[index] <= 0 {
      marks.append(
        LineChart.Mark(step: steps[index], value: .notPositive, note: "\(brief(means[index])) is not above 0"))
      means[index] = .nan
      count += 1
    }
    if count == 0 { return }
    marks.sort { $0.step < $1.step }
    note("\(grouped(count)) point\(count == 1 ? "" : "s") \(OffAxisValue.notPositive.name)")
  }

  private mutating func note(_ words: String) {
    let words = "\(words) (logarithmic axis)"
    omissions += omissions.isEmpty ? words : ", \(words)"
    summary += "; \(words)"
  }

  /// Stretches of consecutive elements with a mean.
  var stretches: [Range<Int>] {
    var stretches: [Range<Int>] = []
    var start: Int?
    for index in means.indices {
      if means[index].isFinite {
        start = start ?? index
      } else if let begun = start {
        stretches.append(begun..<index)
        start = nil
      }
    }
    if let start { stretches.append(start..<means.count) }
    return stretches
  }
}
