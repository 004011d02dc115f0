import Telemetry
import Tracker

/// The metrics of fits that tables of runs have columns for.
enum FitScoreColumns {
  /// By what they measure, the one of validation rows first.
  private static let families: [[Metric]] = [
    [.finalValidationAccuracy, "final/train/accuracy"], [.finalValidationR2, "final/train/r2"],
    [.finalValidationNDCG, "final/train/ndcg"],
    ["final/train/inertia"], ["final/train/explained_variance_ratio"], ["test/accuracy"], ["test/r2"],
  ]

  /// Those that any of these runs has.
  static func all(in records: [RunRecord]) -> [String] {
    families.joined().filter { metric in records.contains { $0.last(metric) != nil } }.map(\.name)
  }

  /// The first of each family that any of these runs has.
  static func few(in runs: [RunFields]) -> [String] {
    families.compactMap { family in family.map(\.name).first { name in runs.contains { $0[name] != nil } } }
  }
}
