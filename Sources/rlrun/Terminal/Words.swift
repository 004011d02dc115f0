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

/// From the start to the end, without pauses; of a run that has no end, to its last point.
func duration(of record: RunRecord) -> String { record.activeSeconds.map { duration(ofSeconds: $0) } ?? "–" }

func duration(ofSeconds seconds: Double) -> String {
  seconds < 60 ? String(format: "%.1f s", seconds) : ProgressDisplay.duration(seconds)
}

/// As a word that a shell takes for itself.
func quotedForShell(_ text: String) -> String {
  let isPlain = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "-_./:@%+".contains($0) }
  return isPlain ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
}

extension Finding {
  /// The whole finding in a line.
  var line: String { "\(severity.rawValue): \(rule) at step \(step): \(evidence). \(meaning) \(advice)".printable }
}
