import Glibc

/// Moments as pages show them: in UTC, which the script of a page turns into the reader's own time.
enum TimeText {
  static func time(_ seconds: Double) -> HTML {
    guard seconds.isFinite, abs(seconds) < 1e11 else { return "" }
    let (date, clock) = parts(seconds)
    return "<time datetime=\"\(date)T\(clock)Z\">\(date) \(String(clock.prefix(5)))</time>"
  }

  private static func parts(_ seconds: Double) -> (date: String, clock: String) {
    var moment = Int(seconds.rounded(.down))
    var parts = tm()
    gmtime_r(&moment, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return (
      "\(Int(parts.tm_year) + 1_900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))",
      "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    )
  }
}
