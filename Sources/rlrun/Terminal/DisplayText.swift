import Formats
import Foundation
import Learning
import Telemetry
import Tracker

/// Two decimals, or as many as asked for; a dash where there is no value.
func decimal(_ value: Double?, _ places: Int = 2) -> String {
  value.map { String(format: "%.\(places)f", $0) } ?? "–"
}

/// `512 bytes`, `3.4 kB`, and from a megabyte on as sizes in memory.
func byteCount(_ bytes: Int) -> String {
  if bytes < 1000 { return "\(bytes) bytes" }
  return bytes < 1_000_000 ? "\(decimal(Double(bytes) / 1000, 1)) kB" : byteCount(Double(bytes))
}

/// `2026-03-01 14:05:09+01:00`, the time where this machine is and how far ahead of UTC that is, `Z` for UTC itself.
func localTime(_ microseconds: Int64) -> String {
  var seconds = time_t(microseconds.flooredSeconds)
  var parts = tm()
  localtime_r(&seconds, &parts)
  let minutes = parts.tm_gmtoff / 60
  let zone =
    minutes == 0 ? "Z" : String(format: "%@%02d:%02d", minutes < 0 ? "-" : "+", abs(minutes) / 60, abs(minutes) % 60)
  return parts.dateAndTime(separator: " ") + zone
}

/// `2026-03-01T13:05:09.250000Z`: ISO 8601, for programs.
func isoTime(_ microseconds: Int64) -> String {
  var seconds = time_t(microseconds.flooredSeconds)
  var parts = tm()
  gmtime_r(&seconds, &parts)
  let fraction = (microseconds % 1_000_000 + 1_000_000) % 1_000_000
  return parts.dateAndTime(separator: "T") + String(format: ".%06dZ", Int(fraction))
}

extension Int64 {
  /// Of microseconds, those before 1970 too.
  fileprivate var flooredSeconds: Int64 { self / 1_000_000 - (self % 1_000_000 < 0 ? 1 : 0) }
}

extension tm {
  fileprivate func dateAndTime(separator: String) -> String {
    String(
      format: "%04d-%02d-%02d%@%02d:%02d:%02d", Int(tm_year) + 1900, tm_mon + 1, tm_mday, separator, tm_hour, tm_min,
      tm_sec)
  }
}

/// From the start to the end, without pauses; of a run that has no end, to its last point.
func duration(of record: RunRecord) -> String { record.activeSeconds.map { duration(ofSeconds: $0) } ?? "–" }

func duration(ofSeconds seconds: Double) -> String {
  seconds < 60 ? String(format: "%.1f s", seconds) : ProgressDisplay.duration(seconds)
}

/// As a word that a shell takes for itself.
func quotedForShell(_ text: String) -> String {
  let isPlain = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "-_./:@%+=".contains($0) }
  return isPlain ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
}

extension Finding {
  /// The whole finding in a line.
  var line: String { "\(severity.rawValue): \(rule) at step \(step): \(evidence). \(meaning) \(advice)".printable }
}
