import Telemetry
import Tracker

/// The metrics that lists of runs have columns for.
enum Headlines {
  private static let fits = [
    "final/validation/accuracy", "final/train/accuracy", "final/validation/r2", "final/train/r2",
    "final/validation/mean_squared_distance", "final/train/inertia", "final/validation/explained_variance_ratio",
    "final/train/explained_variance_ratio",
  ]

  /// Those of fits that any of these runs has.
  static func ofFits(in records: [RunRecord]) -> [String] {
    fits.filter { name in records.contains { $0.last(Metric(name)) != nil } }
  }
}
