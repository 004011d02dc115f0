import Foundation
import Testing

@testable import RLCore

@Suite struct ColumnMomentsTests {
  private func moments(_ rows: [[Float]]) -> ColumnMoments {
    var moments = ColumnMoments(width: rows[0].count)
    for row in rows { row.withUnsafeBufferPointer { moments.take($0.baseAddress!) } }
    return moments
  }

  @Test func `means and deviations are those of the rows, in one go or merged`() {
    let rows: [[Float]] = [[1, 10], [2, 10], [4, 10], [9, 10], [.nan, 3]]
    let all = moments(rows)
    #expect(all.count == 4 && all.columns.map(\.mean) == [4, 10])
    #expect(abs(all.columns[0].deviation - 9.5.squareRoot()) < 1e-12 && all.columns[1].deviation == 0)
    let merged = moments(Array(rows[0..<1])).merged(with: moments(Array(rows[1..<5])))
    #expect(merged.count == 4 && abs(merged.columns[0].mean - 4) < 1e-12)
    #expect(abs(merged.columns[0].deviation - all.columns[0].deviation) < 1e-12)
    #expect(moments(rows).merged(with: ColumnMoments(width: 2)) == all)
    #expect(ColumnMoments(width: 2).merged(with: all) == all)
  }

  @Test func `rows of another scale or place differ, and equal ones do not`() throws {
    let rows: [[Float]] = [[-1, 0.5], [1, 0.5], [-1, 0.5], [1, 0.5]]
    let same = moments(rows).difference(to: moments(rows))
    #expect(same.shift == 0 && same.scale == 1)
    let scaled = moments(rows).difference(to: moments(rows.map { [$0[0] * 4, $0[1]] }))
    let scale = try #require(scaled.scale)
    #expect(scaled.shift == 0 && abs(scale - 4) < 1e-9)
    // The first column is one deviation away, the second has none and is as far as can be.
    let moved = moments(rows).difference(to: moments(rows.map { [$0[0] + 1, $0[1] + 1] }))
    #expect(abs(moved.shift - ((1.0 + 100 * 100) / 2).squareRoot()) < 1e-9)
    // Where nothing varies there is no scale.
    #expect(moments([[1], [1]]).difference(to: moments([[1], [1]])).scale == nil)
  }

  @Test func `the first observations of the last 50 to 100 episodes count`() {
    var starts = FirstObservations(width: 1)
    for i in 0..<130 { [Float(i < 60 ? 1 : 5)].withUnsafeBufferPointer { starts.take($0.baseAddress!) } }
    // The block of 51 to 100 and that from 101 on.
    #expect(starts.moments.count == 80)
    #expect(abs(starts.moments.columns[0].mean - (10 * 1 + 70 * 5) / 80) < 1e-9)
  }

  @Test func `a checkpoint has them by column, as it always had`() throws {
    let all = moments([[1, 10], [4, 10]])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = String(decoding: try encoder.encode(all), as: UTF8.self)
    #expect(json == #"{"count":2,"means":[2.5,10],"squares":[4.5,0]}"#)
    #expect(try JSONDecoder().decode(ColumnMoments.self, from: Data(json.utf8)) == all)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ColumnMoments.self, from: Data(#"{"count":2,"means":[1],"squares":[]}"#.utf8))
    }
  }
}
