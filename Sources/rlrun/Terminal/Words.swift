import Foundation
import Telemetry
import Tracker

/// Two decimals, or as many as asked for; a dash where there is no value.
func decimal(_ value: Double?, _ places: Int = 2) -> String {
  value.map { String(format: "%.\(places)f", $0) } ?? "–"
}

/// `2026-03-01 14:05:09` where this machine is.
func localTime(_ microseconds: Int64) -> String {
  var seconds = time_t(microseconds / 1_000_000)
  var parts = tm()
  localtime_r(&seconds, &parts)
  return String(
    format: "%04d-%02d-%02d %02d:%02d:%02d", Int(parts.tm_year) + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
    parts.tm_min, parts.tm_sec)
}

/// From the start to the end; of a run that has no end, to its last point.
func duration(of record: RunRecord) -> String {
  guard let end = record.end ?? record.series.compactMap(\.wallTimes.last).max() else { return "–" }
  return duration(ofSeconds: Double(end - record.description.start) / 1e6)
}

func duration(ofSeconds seconds: Double) -> String {
  seconds < 60 ? String(format: "%.1f s", seconds) : ProgressDisplay.duration(seconds)
}

/// `4.4 MB`
func memory(_ bytes: Int) -> String {
  bytes < 1_000_000_000
    ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
}

extension Finding {
  /// The whole finding in a line.
  var line: String { "\(severity.rawValue): \(rule) at step \(step): \(evidence). \(meaning) \(advice)".printable }
}
