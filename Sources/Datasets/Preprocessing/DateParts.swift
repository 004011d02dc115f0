import Foundation

/// What is made of a date besides the time itself, where the training rows differ in it.
package enum DatePart: String, Codable, Hashable, Sendable, CaseIterable {
  /// The sine and cosine of the day of the year: of dates that span half a year or more.
  case season
  /// One feature a day, 1 on that day: of dates that span two weeks or more.
  case weekday
  /// The sine and cosine of the time of day.
  case timeOfDay

  /// Names of the features, after the column's.
  var suffixes: [String] {
    switch self {
    case .season: [".season_sin", ".season_cos"]
    case .weekday: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map { "=" + $0 }
    case .timeOfDay: [".time_sin", ".time_cos"]
    }
  }

  /// The parts in which these dates differ.
  static func found(in seconds: some Sequence<Double>) -> [DatePart] {
    var (first, last) = (Double.infinity, -Double.infinity)
    var weekdays: Set<Int> = []
    var time: Double?
    var timeDiffers = false
    for value in seconds where !value.isNaN {
      (first, last) = (min(first, value), max(last, value))
      let day = (value / 86400).rounded(.down)
      if weekdays.count < 3 { weekdays.insert(CalendarDay(day).weekday) }
      let rest = value - 86400 * day
      timeDiffers = timeDiffers || (time != nil && time != rest)
      time = rest
    }
    let days = (last - first) / 86400
    return allCases.filter { part in
      switch part {
      case .season: days >= 182
      case .weekday: days >= 14 && weekdays.count > 2
      case .timeOfDay: timeDiffers
      }
    }
  }

  /// The features of a date, in the order of `suffixes`.
  func features(_ seconds: Double) -> [Float] {
    let day = (seconds / 86400).rounded(.down)
    func circle(_ share: Double) -> [Float] { [Float(sin(2 * .pi * share)), Float(cos(2 * .pi * share))] }
    switch self {
    case .season: return circle(Double(CalendarDay(day).dayOfYear) / 365.25)
    case .weekday:
      let weekday = CalendarDay(day).weekday
      return (0..<7).map { $0 == weekday ? 1 : 0 }
    case .timeOfDay: return circle(seconds / 86400 - day)
    }
  }
}
