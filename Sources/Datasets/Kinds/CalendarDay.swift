/// A day of the proleptic Gregorian calendar.
package struct CalendarDay: Hashable {
  package let year: Int
  package let month: Int
  package let day: Int
  /// 0 for January 1.
  package let dayOfYear: Int
  /// 0 for Monday.
  package let weekday: Int

  /// Of whole days in whatever number; those beyond a thousand million years count as that.
  package init(_ days: Double) { self.init(days.isNaN ? 0 : Int(max(-4e11, min(4e11, days)))) }

  /// The day so many days after 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms": years begin with March,
  /// so that leap days come last).
  init(_ days: Int) {
    func floored(_ a: Int, _ b: Int) -> Int { (a >= 0 ? a : a - b + 1) / b }
    let shifted = days + 719_468
    let era = floored(shifted, 146_097)
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let fromMarch = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * fromMarch + 2) / 153
    day = fromMarch - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    dayOfYear = fromMarch >= 306 ? fromMarch - 306 : fromMarch + 59 + (isLeap ? 1 : 0)
    let weekday = (days + 3) % 7
    self.weekday = weekday < 0 ? weekday + 7 : weekday
  }
}
