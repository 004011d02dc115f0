import Formats
import Telemetry
import Tracker

/// How the values of one name spread over the steps of a run: a heat map, dark where many values lie.
package struct HistogramChart: Sendable {
  package let metric: Metric
  /// Of the histograms drawn, ascending; a column each.
  package let steps: [Int]
  /// The values' range over all steps.
  package let low: Double
  package let high: Double
  /// By step and then by value, from `low` upwards: the share of that step's values that lies there.
  package let shares: [[Double]]
  /// By step: how many of its values are NaN or infinite, and have no place on the map.
  package let nonFinite: [Int]
  /// The same over all steps, drawn or not, and how many steps have any.
  package let allNonFinite: (values: Int, steps: Int)

  /// Of several histograms at a step the last is drawn; where there are more steps than `columns`, as many of them, evenly.
  /// A bin's values count evenly over it; a step without a finite value is blank. nil where no histogram has one.
  ///
  /// - Precondition: `columns` and `rows` are at least 2.
  package init?(of record: RunRecord, metric: Metric, columns: Int = 200, rows: Int = 48) {
    precondition(columns >= 2 && rows >= 2, "a heat map has at least two columns and rows")
    var byStep: [Int: Histogram] = [:]
    for recorded in record.histograms where recorded.metric == metric {
      byStep[recorded.step] = recorded.histogram
    }
    let all = byStep.keys.sorted()
    let finite = byStep.values.filter { $0.minimum.isFinite && $0.maximum.isFinite }
    guard let least = finite.map(\.minimum).min(), let most = finite.map(\.maximum).max() else { return nil }
    let steps =
      all.count <= columns ? all : (0..<columns).map { all[$0 * (all.count - 1) / (columns - 1)] }
    // All values one: a row's height around it.
    let room = least < most ? 0 : max(abs(least) * 0.5, 0.5)
    let (low, high) = (max(least - room, -1e300), min(most + room, 1e300))
    self.metric = metric
    (self.steps, self.low, self.high) = (steps, low, high)
    nonFinite = steps.map { byStep[$0]?.nonFinite ?? 0 }
    let broken = byStep.values.map(\.nonFinite).filter { $0 > 0 }
    allNonFinite = (broken.reduce(0, +), broken.count)
    shares = steps.map { step in
      byStep[step].map { Self.spread($0, from: low, to: high, rows: rows) } ?? Array(repeating: 0, count: rows)
    }
  }

  /// The names that have histograms in a run, sorted.
  package static func metrics(in record: RunRecord) -> [String] {
    Set(record.histograms.map(\.metric.name)).sorted()
  }

  private static func spread(_ histogram: Histogram, from low: Double, to high: Double, rows: Int) -> [Double] {
    var shares = [Double](repeating: 0, count: rows)
    let total = Double(histogram.count - histogram.nonFinite)
    guard total > 0, !histogram.bins.isEmpty, histogram.minimum.isFinite else { return shares }
    let scale = Double(rows) / (high - low)
    // The histogram's ends, in rows.
    let first = (histogram.minimum - low) * scale
    let width = (histogram.maximum - histogram.minimum) * scale / Double(histogram.bins.count)
    for (index, count) in histogram.bins.enumerated() where count > 0 {
      let share = Double(count) / total
      let (start, end) = (first + width * Double(index), first + width * Double(index + 1))
      guard start.isFinite, end.isFinite else { continue }
      let (bottom, top) = (min(rows - 1, max(0, Int(start))), min(rows - 1, max(0, Int(end))))
      if bottom == top || end <= start {
        shares[bottom] += share
        continue
      }
      for row in bottom...top {
        let overlap = min(end, Double(row + 1)) - max(start, Double(row))
        shares[row] += share * max(0, overlap) / (end - start)
      }
    }
    return shares
  }

  /// The largest share of one cell.
  var largest: Double { shares.lazy.compactMap { $0.max() }.max() ?? 0 }

  /// What the picture shows.
  package var explanation: String {
    let (values, steps) = allNonFinite
    if steps == 0 { return "the darker, the more of a step's values" }
    return "the darker, the more of a step's values; × \(grouped(values)) value\(values == 1 ? " is" : "s are") NaN or "
      + "infinite, at \(grouped(steps)) step\(steps == 1 ? "" : "s")"
  }

  /// 0 for no values to 1 for the fullest cell; the root shows thin tails too.
  func darkness(_ share: Double) -> Double { largest > 0 ? (share / largest).squareRoot() : 0 }

  /// Where each step's cell begins, and where the last one's ends: a cell goes on to the next step.
  var edges: [Double] {
    let places = steps.map(Double.init)
    let last = places.count > 1 ? places[places.count - 1] - places[places.count - 2] : 1
    return places + [(places.last ?? 0) + last]
  }
}
