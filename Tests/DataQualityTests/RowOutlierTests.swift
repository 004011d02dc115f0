import Datasets
import Foundation
import Randomness
import Testing

@testable import DataQuality

@Suite struct RowOutlierTests {
  private func issues(
    _ check: any DataCheck.Type, _ columns: [(name: String, column: Column)]
  ) throws -> [DataIssue] {
    var options = DataCheckOptions()
    options.checks = [check.name]
    return try DataCheckReport(Table(columns), options).issues
  }

  /// Six measures that go together, one of them log-normal.
  private func people(_ seed: UInt64) -> [(name: String, column: Column)] {
    var random = CounterGenerator(SeedSequence(seed))
    var measures = [[Double]](repeating: [], count: 6)
    for _ in 0..<2_000 {
      let size = Double(random.normal())
      for place in measures.indices {
        let value = (size + 0.3 * Double(random.normal())) / 1.044
        measures[place].append(place == 0 ? exp(5.1 + 0.2 * value) : 70 + 10 * value)
      }
    }
    return zip(["height", "weight", "waist", "arm", "leg", "neck"], measures).map { ($0, .numbers($1)) }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `a row is found whose values are usual alone, but not together`(seed: UInt64) throws {
    #expect(try issues(RowOutlierCheck.self, people(seed)).isEmpty)
    var columns = people(seed)
    // Large and small in turn, by two standard deviations.
    for (row, first) in [(17, 1.0), (1_400, -1.0)] {
      for place in columns.indices {
        guard case .numbers(var numbers) = columns[place].column else { continue }
        let value = place % 2 == 0 ? 2 * first : -2 * first
        numbers[row] = place == 0 ? exp(5.1 + 0.2 * value) : 70 + 10 * value
        columns[place].column = .numbers(numbers)
      }
    }
    #expect(try issues(OutlierCheck.self, columns).isEmpty)
    let issue = try #require(try issues(RowOutlierCheck.self, columns).first)
    #expect(issue.rows == [17, 1_400] && issue.column == nil && issue.evidence.count == 2)
    #expect(issue.evidence.contains { $0.hasPrefix("row 17, score -0.") })
    let cleaned = try CleaningPlan(suggestedFor: [issue]).apply(to: Table(columns))
    #expect(cleaned.table.rowCount == 1_998 && !cleaned.rows.contains(17) && !cleaned.rows.contains(1_400))
  }

  @Test func `few rows, one column, constants and categories have no outlying rows`() throws {
    let people = people(5)
    #expect(try issues(RowOutlierCheck.self, [people[0]]).isEmpty)
    #expect(
      try issues(RowOutlierCheck.self, [people[0], ("constant", .numbers([Double](repeating: 1, count: 2_000)))])
        .isEmpty)
    let few = Table(people).rows(Array(0..<100))
    #expect(try issues(RowOutlierCheck.self, Array(zip(few.names, few.columns))).isEmpty)
    let copies = [people[0], ("twice", people[0].column), ("missing", .missing(count: 2_000))]
    #expect(try issues(RowOutlierCheck.self, copies).isEmpty)
  }
}
