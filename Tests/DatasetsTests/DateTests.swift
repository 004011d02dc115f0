import Foundation
import Testing

@testable import Datasets

/// Dates as people write them, and the features they make.
@Suite struct DateTests {
  private func report(_ values: [String], _ request: TableRequest = TableRequest()) throws -> TableReport {
    try TableReport(csvBytes: Array(("day,x\n" + values.map { "\"\($0)\",1\n" }.joined()).utf8), request: request)
  }

  private func seconds(_ text: String, _ order: DateOrder) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { SpelledDate($0)?.seconds(order) }
  }

  private func dates(_ report: TableReport) throws -> [Double] {
    guard case .dates(let values) = report.table.columns[0] else { throw DatasetError.empty }
    return values
  }

  /// 2024-03-09 00:00 UTC
  private let day = 1_709_942_400.0

  @Test(arguments: [
    "2024-03-09", "2024/3/9", "2024.03.09", "9 Mar 2024", "09-Mar-24", "March 9, 2024", "Mar. 9, 2024", "9. March 2024",
    "9 march 2024",
  ])
  func `dates that say their order`(text: String) {
    #expect(seconds(text, .dayFirst) == day && seconds(text, .monthFirst) == day)
  }

  @Test func `the order decides`() {
    for text in ["9/3/2024", "09/03/2024", "9.3.2024", "9-3-2024", "9/3/24", "09.03.24"] {
      #expect(seconds(text, .dayFirst) == day)
    }
    for text in ["3/9/2024", "03/09/2024", "3-9-2024", "3/9/24"] { #expect(seconds(text, .monthFirst) == day) }
    #expect(seconds("31/12/2024", .monthFirst) == nil && seconds("12/31/2024", .dayFirst) == nil)
    #expect(seconds("1/1/68", .dayFirst) == 3_092_601_600 && seconds("1/1/69", .dayFirst) == -31_536_000)
  }

  @Test(arguments: [
    ("3/9/2024 2:05 PM", 50_700), ("3/9/2024, 14:05:30", 50_730), ("3/9/2024 12:00 am", 0),
    ("3/9/2024 12:30 pm", 45_000),
    ("3/9/2024 14:05:30.25", 50_730.25),
  ])
  func `times of day`(text: String, after: Double) {
    #expect(seconds(text, .monthFirst) == day + after)
  }

  @Test(arguments: [
    "1.2.10", "10.1.2.3", "2024/13/1", "30/02/2024", "3/9", "3/9/2024x", "3/9/2024 25:00", "13:05 PM", "9 Mrz 2024",
    "1-2-10",
    "3/9/2024 13:00 PM", "", "12345678",
  ])
  func `what is no date`(text: String) {
    #expect(seconds(text, .dayFirst) == nil && seconds(text, .monthFirst) == nil)
  }

  @Test func `a US column, a European one and one that tells neither`() throws {
    let us = try report((1...31).map { "3/\($0)/2024" })
    #expect(
      try dates(us)[8] == day && us.findings[0].reason == "dates, month before day" && us.findings[0].warnings.isEmpty)
    let european = try report((1...31).map { "\($0)/3/2024" })
    #expect(try dates(european)[8] == day && european.findings[0].reason == "dates, day before month")
    let points = try report((1...12).map { "\($0).3.2024" })
    #expect(try dates(points)[8] == day && points.findings[0].warnings.isEmpty)
    let open = try report((1...12).map { "3/\($0)/2024" })
    #expect(try dates(open)[8] == day)
    #expect(
      open.findings[0].warnings == [
        "'3/1/2024' is read as 2024-03-01, and no value says which is meant: --kind day=date:dmy reads the day first"
      ])
    let asked = try report(
      (1...12).map { "9/\($0)/2024" }, TableRequest(kinds: ["day": AskedKind(.date, dates: .dayFirst)]))
    #expect(try dates(asked)[2] == day && asked.findings[0].warnings.isEmpty)
    #expect(asked.reading.columns["day"] == ColumnReading(kind: .date, dates: .dayFirst, takesOddValues: true))
  }

  @Test func `odd values among dates count as missing and are named`() throws {
    let report = try report((1...28).map { $0 == 5 ? "soon" : $0 == 6 ? "NA" : "2024-03-\($0 < 10 ? "0" : "")\($0)" })
    #expect(
      report.findings[0].kind == .date && report.findings[0].missing == 2 && report.findings[0].marks == ["NA": 1])
    #expect(report.findings[0].oddValues == [.init(value: "soon", line: 6)])
    let mixed = try self.report((1...28).map { $0 == 5 ? "3/5/2024" : "2024-03-\($0 < 10 ? "0" : "")\($0)" })
    #expect(mixed.findings[0].missing == 0 && mixed.findings[0].kind == .date)
  }

  @Test func `dates are read again in the order that was found`() throws {
    let us = try report((1...31).map { "3/\($0)/2024" })
    let again = try TableReport(csvBytes: Array("day,x\n3/9/2024,1\n2024-03-09,1\n".utf8), reading: us.reading)
    #expect(try dates(again) == [day, day])
  }

  @Test func `days of the calendar are what Foundation has`() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "UTC")!
    for days in stride(from: -140_000, through: 1_000_000, by: 997) {
      let day = CalendarDay(days)
      let date = Date(timeIntervalSince1970: Double(days) * 86400)
      let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
      #expect(day.year == parts.year! && day.month == parts.month! && day.day == parts.day!)
      #expect(day.weekday == (parts.weekday! + 5) % 7)
      #expect(day.dayOfYear == calendar.ordinality(of: .day, in: .year, for: date)! - 1)
    }
    #expect(CalendarDay(1e300).year > 0 && CalendarDay(-Double.infinity).year < 0)
  }

  @Test func `dates make features of what they differ in`() throws {
    func fitted(_ values: [String]) throws -> Preprocessing {
      try Preprocessing(fitting: report(values).table.dropping(["x"]))
    }
    #expect(try fitted(["2024-03-01", "2024-03-05"]).featureNames == ["day"])
    #expect(
      try fitted(["2024-03-01", "2024-03-05", "2024-03-16"]).featureNames
        == [
          "day", "day=Monday", "day=Tuesday", "day=Wednesday", "day=Thursday", "day=Friday", "day=Saturday",
          "day=Sunday",
        ])
    #expect(
      try fitted(["2024-03-01 06:00", "2024-03-02 18:00"]).featureNames == ["day", "day.time_sin", "day.time_cos"])
    let table = try report(["2024-01-01", "2024-07-01 12:00", ""]).table
    let season = try Preprocessing(fitting: table.dropping(["x"]))
    #expect(season.featureNames == ["day", "day.season_sin", "day.season_cos", "day.time_sin", "day.time_cos"])
    let values = try season.features(of: table).values
    #expect(values.count == 15 && values[10...].allSatisfy { $0 == 0 })
    // January 1 and July 1 at noon are half a year and half a day apart.
    let expected: [Float] = [-1, 0, 1, 0, 1, 1, 0.01075, -0.99994, 0, -1]
    for (value, right) in zip(values, expected) { #expect(abs(value - right) < 0.001) }
    let read = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(season))
    #expect(try read == season && read.features(of: table).values == values)
    #expect(season.kinds == ["day": .date])
    let first = try Preprocessing(fitting: table.dropping(["x"]), labelsAreWritten: false)
    #expect(first.featureNames == ["day"])
  }
}
