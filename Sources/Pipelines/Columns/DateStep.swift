import Datasets
import Foundation
import Settings

struct DateStep: ColumnStep {
  enum Part: String, CaseIterable, Codable, Sendable {
    case year, quarter, month, day, weekday, hour, minute, second
    case dayOfYear = "day_of_year"
    case isWeekend = "is_weekend"
    /// Seconds since 1970.
    case seconds

    /// After how many of its units it begins again, and where it begins; nil where it never does.
    var period: (length: Double, first: Double)? {
      switch self {
      case .quarter: (4, 1)
      case .month: (12, 1)
      case .day: (31, 1)
      case .dayOfYear: (365.25, 1)
      case .weekday: (7, 0)
      case .hour: (24, 0)
      case .minute, .second: (60, 0)
      case .year, .isWeekend, .seconds: nil
      }
    }

    func value(_ seconds: Double) -> Double {
      if seconds.isNaN { return .nan }
      let midnight = (seconds / 86400).rounded(.down)
      let ofDay = seconds - 86400 * midnight
      let day = CalendarDay(midnight)
      switch self {
      case .year: return Double(day.year)
      case .quarter: return Double((day.month - 1) / 3 + 1)
      case .month: return Double(day.month)
      case .day: return Double(day.day)
      case .dayOfYear: return Double(day.dayOfYear + 1)
      case .weekday: return Double(day.weekday)
      case .isWeekend: return day.weekday >= 5 ? 1 : 0
      case .hour: return (ofDay / 3600).rounded(.down)
      case .minute: return (ofDay / 60).rounded(.down).truncatingRemainder(dividingBy: 60)
      case .second: return ofDay.rounded(.down).truncatingRemainder(dividingBy: 60)
      case .seconds: return seconds
      }
    }
  }

  static let name = "date_parts"
  static let summary = "dates to years, months, days and so on, or to places on circles"
  static let hyperparameters: [Hyperparameter<DateStep>] = [
    .flag("cyclic", \.cyclic, "parts that repeat become a sine and a cosine")
  ]
  static let texts =
    ColumnChoice.parameters(of: \DateStep.choice)
    + [.words("parts", \.parts, Part.allCases.map(\.rawValue).joined(separator: ", "))]

  var cyclic = false
  var parts: [Part] = [.year, .month, .day, .weekday]
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    var columns: [String]
    var parts: [Part]
    var cyclic: Bool

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      let new = zip(columns, try output.dates(of: columns)).map { name, dates in
        parts.flatMap { part -> [(name: String, column: Column)] in
          let values = dates.map(part.value)
          guard cyclic, let (length, first) = part.period else {
            return [("\(name).\(part.rawValue)", .numbers(values))]
          }
          let angles = values.map { 2 * .pi * ($0 - first) / length }
          return [
            ("\(name).\(part.rawValue)_sin", .numbers(angles.map { sin($0) })),
            ("\(name).\(part.rawValue)_cos", .numbers(angles.map { cos($0) })),
          ]
        }
      }
      try output.replace(columns, by: new)
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    Fitted(columns: try data.names(choice, kinds: [.date]), parts: parts, cyclic: cyclic)
  }

  func check() throws(PipelineError) {
    if Set(parts).count != parts.count { throw PipelineError("a part is named twice", status: .badUsage) }
  }
}
