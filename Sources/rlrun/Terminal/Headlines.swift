import Telemetry
import Tracker

/// The metrics of fits that tables of runs have columns for.
enum Headlines {
  /// By what they measure, the one of validation rows first.
  private static let families = [
    ["final/validation/accuracy", "final/train/accuracy"], ["final/validation/r2", "final/train/r2"],
    ["final/train/inertia"], ["final/train/explained_variance_ratio"],
  ]

  /// Those that any of these runs has.
  static func all(in records: [RunRecord]) -> [String] {
    families.joined().filter { name in records.contains { $0.last(Metric(name)) != nil } }
  }

  /// The first of each family that any of these runs has.
  static func few(in runs: [RunFields]) -> [String] {
    families.compactMap { names in names.first { name in runs.contains { $0[name] != nil } } }
  }
}
