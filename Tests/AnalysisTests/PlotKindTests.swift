import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

/// Performance profiles and histograms over time.
@Suite struct PlotKindTests {
  @Test func `a profile's lines are the shares and their intervals`() throws {
    var rows = ["algorithm,environment,seed,score"]
    for seed in 0..<6 { rows += ["x,w,\(seed),0.\(seed + 3)", "y,w,\(seed),0.\(seed)"] }
    let table = try ScoreTable(csv: Array(rows.joined(separator: "\n").utf8), path: "s.csv")
    let comparison = ScoreComparison(of: table, resamples: 500)
    let figure = ChartFigure(comparison)
    let chart = figure.panels[0]
    #expect(chart.lines.map(\.legend) == ["x, 6 runs", "y, 6 runs"])
    let x = chart.lines[0]
    // Sums of sixths.
    #expect(abs(x.means[0] - 1) < 1e-12 && x.means.last == 0)
    #expect(zip(x.means, x.means.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(x.means.indices.allSatisfy { x.lows[$0] <= x.means[$0] && x.means[$0] <= x.highs[$0] })
    // Of 0.3, 0.4, …, 0.8 three are above 0.55.
    let place = try #require(x.steps.firstIndex { abs($0 - 0.55) < 1e-9 })
    #expect(abs(x.means[place] - 0.5) < 1e-12)
    let svg = SVGChart(figure).text
    #expect(svg.components(separatedBy: "<polyline").count == 3 && svg.components(separatedBy: "<polygon").count == 3)
    #expect(svg.contains("normalised score"))
    #expect(TerminalChart(figure).text.contains("half of its runs score above"))
  }

  private func record(_ histograms: [(step: Int, values: [Double])]) -> RunRecord {
    var record = RunRecord(id: "r", description: exampleDescription())
    record.histograms = histograms.map {
      RecordedHistogram(
        metric: "w", histogram: Histogram(of: $0.values, bins: 8), step: $0.step, wallTime: 0)
    }
    return record
  }

  @Test func `a heat map has all of a step's values, where they lie`() throws {
    let chart = try #require(
      HistogramChart(
        of: record([(0, [0, 0, 0, 1]), (10, [.nan]), (20, [3, 4, .infinity]), (20, [8, 8])]), metric: "w", rows: 8))
    // The step without a finite value is blank and marked; of two histograms at a step the last is drawn.
    #expect(chart.steps == [0, 10, 20] && chart.low == 0 && chart.high == 8)
    #expect(zip(chart.shares, [1, 0, 1]).allSatisfy { abs($0.reduce(0, +) - $1) < 1e-12 })
    #expect(chart.shares[0][0] == 1 && chart.shares[2][7] == 1)
    #expect(chart.nonFinite == [0, 1, 0] && chart.allNonFinite == (1, 1))
    #expect(chart.explanation.hasSuffix("; × 1 value is NaN or infinite, at 1 step"))
    #expect(HistogramChart(of: record([(0, [.nan])]), metric: "w") == nil)
    #expect(HistogramChart(of: record([(0, [1])]), metric: "v") == nil)
    let svg = SVGChart(chart).text
    #expect(svg.components(separatedBy: "fill=\"#0072b2\"").count == 3)
    #expect(svg.components(separatedBy: "<path").count == 2 && svg.contains("step 10: 1 value is NaN or infinite"))
    let text = chart.text(width: 40, height: 8)
    #expect(text.contains("█") && text.components(separatedBy: "×").count > 8)
  }

  @Test func `extreme values and many steps are drawn`() throws {
    let extreme = try #require(
      HistogramChart(of: record([(0, [-1.7e308, 1.7e308]), (1, [0])]), metric: "w"))
    #expect(extreme.shares.joined().allSatisfy { $0.isFinite })
    let svg = SVGChart(extreme).text
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    let many = try #require(
      HistogramChart(of: record((0..<500).map { ($0, [Double($0)]) }), metric: "w", columns: 50))
    #expect(many.steps.count == 50 && many.steps.first == 0 && many.steps.last == 499)
    #expect(try #require(HistogramChart(of: record([(0, [2, 2])]), metric: "w")).shares[0].reduce(0, +) == 1)
  }
}
