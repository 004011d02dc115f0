import Formats
import Telemetry

/// What a recorded value is that has no place on a chart's axis.
package enum OffAxisValue: Int, Sendable, Hashable, CaseIterable {
  case nan
  case infinity
  case negativeInfinity
  /// Finite, and beyond ±1e300, where sums and distances overflow.
  case tooHigh
  case tooLow
  /// Zero or less, on a logarithmic axis.
  case notPositive

  static let limit = 1e300

  /// nil for values that a linear axis has a place for.
  init?(_ value: Double) {
    if value.magnitude <= Self.limit { return nil }
    if value.isNaN {
      self = .nan
    } else if value.isInfinite {
      self = value > 0 ? .infinity : .negativeInfinity
    } else {
      self = value > 0 ? .tooHigh : .tooLow
    }
  }

  /// `NaN`, `−Inf`.
  package var name: String {
    switch self {
    case .nan: "NaN"
    case .infinity: "Inf"
    case .negativeInfinity: "−Inf"
    case .tooHigh: "above 1e300"
    case .tooLow: "below −1e300"
    case .notPositive: "≤ 0"
    }
  }

  /// How it is marked, and at which edge of the plot.
  package enum Mark: Sendable, Hashable {
    /// A cross on the baseline.
    case cross
    /// A triangle at the upper edge, pointing up.
    case up
    /// A triangle at the lower edge, pointing down.
    case down

    /// In a terminal.
    package var character: Character {
      switch self {
      case .cross: "×"
      case .up: "▲"
      case .down: "▼"
      }
    }
  }

  package var mark: Mark {
    switch self {
    case .nan: .cross
    case .infinity, .tooHigh: .up
    case .negativeInfinity, .tooLow, .notPositive: .down
    }
  }

  /// `2 NaN, 1 Inf` of how often each occurs; empty for none.
  static func counted(_ counts: [OffAxisValue: Int]) -> String {
    allCases.compactMap { value in
      counts[value].flatMap { $0 > 0 ? "\(grouped($0)) \(value.name)" : nil }
    }.joined(separator: ", ")
  }
}

/// A whole number of steps: `12,500`.
func groupedStep(_ step: Double) -> String { step.magnitude < 1e15 ? grouped(Int(step)) : shortest(step) }
