import Datasets
import Randomness
import Testing
import Validation

@testable import Autopilot

struct ReportPartTests {
  @Test func `tenths of probabilities have their mean and how often it was so`() {
    let bins = AutopilotReport.ReliabilityBin.tenths(
      [0, 0.05, 0.1, 0.95, 1, .nan], happened: [false, true, false, true, true, true])
    #expect(bins.map(\.rows) == [2, 1, 2])
    #expect(bins.map(\.predicted) == [0.025, 0.1, 0.975])
    #expect(bins.map(\.observed) == [0.5, 0, 1])
  }

  @Test func `the worst rows are those with the largest losses, counted from 1`() {
    let rows = AutopilotReport.Row.worst(
      rows: [10, 20, 30, 40], losses: [0.5, .nan, 2, 0.5], most: 2, truth: { "t\($0)" }, prediction: { "p\($0)" })
    #expect(
      rows == [
        .init(row: 31, truth: "t2", prediction: "p2", loss: 2),
        .init(row: 11, truth: "t0", prediction: "p0", loss: 0.5),
      ])
  }

  @Test func `groups have their own scores and shares, the largest first`() throws {
    // Rows 5 and on: 30 of a, 20 of b, 5 of c, which are too few, 15 without a value.
    let codes = (0..<75).map { row -> Int32 in row < 5 ? 2 : row < 35 ? 0 : row < 55 ? 1 : row < 60 ? 2 : -1 }
    let column = Column.categories(Words(levels: ["a", "b", "c"], codes: codes))
    let rows = Array(5..<75)
    let predicted = rows.map { $0 % 2 == 0 ? 1.0 : 0 }
    let observed = rows.map { $0 < 35 ? $0 % 2 == 0 ? 1.0 : 0 : 1 }
    let groups = GroupScores.of(column, rows: rows, predicted: predicted, observed: observed) { places in
      Double(places.count { predicted[$0] == observed[$0] }) / Double(places.count)
    }
    #expect(groups.map(\.value) == ["a", "b", "missing"])
    #expect(groups.map(\.rows) == [30, 20, 15])
    #expect(groups[0].score == .init(1, low: 1, high: 1))
    #expect(groups.map(\.predicted) == [0.5, 0.5, 8.0 / 15])
    #expect(groups.map(\.observed) == [0.5, 1, 1])
    #expect(abs(groups[1].score.value - 0.5) < 1e-12)
    #expect(try #require(groups[1].score.low) < 0.4)
  }
}
