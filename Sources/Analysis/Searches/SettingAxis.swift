import Foundation
import Settings
import Tuning

/// Where a setting's values lie on a line from 0 to 1, and what is written beside it.
struct SettingAxis {
  let name: String
  private(set) var ticks: [(share: Double, label: String)]
  private let place: @Sendable (HyperparameterValue) -> Double?

  /// `values` are those that trials had, of which widths are shown.
  init(_ parameter: SearchParameter, values: [HyperparameterValue], ticks count: Int) {
    name = parameter.name
    switch parameter.range {
    case .real(let low, let high, let log, _): (ticks, place) = Self.numbers(low, high, log, count)
    case .integer(let low, let high, let log, _): (ticks, place) = Self.numbers(Double(low), Double(high), log, count)
    case .choice(let values): (ticks, place) = Self.names(values)
    case .widths:
      // Fewer layers first, then narrower ones.
      let seen = Set(values).sorted { a, b in
        guard case .integers(let a) = a, case .integers(let b) = b else { return false }
        return a.count != b.count ? a.count < b.count : a.lexicographicallyPrecedes(b)
      }
      (ticks, place) = Self.names(seen)
    }
  }

  private typealias Scale = (ticks: [(share: Double, label: String)], place: @Sendable (HyperparameterValue) -> Double?)

  private static func numbers(_ low: Double, _ high: Double, _ log: Bool, _ count: Int) -> Scale {
    let axis = Axis(covering: [low, high], ticks: count, extends: false, isLogarithmic: log)
    return (
      zip(axis.ticks, axis.labels).map { (axis.share($0), $1) },
      { value in
        switch value {
        case .number(let number): axis.share(number)
        case .integer(let number): axis.share(Double(number))
        default: nil
        }
      }
    )
  }

  private static func names(_ values: [HyperparameterValue]) -> Scale {
    let shares = values.indices.map { (Double($0) + 0.5) / Double(values.count) }
    let labels = values.map { value in
      if case .integers(let widths) = value { widths.map(String.init).joined(separator: "·") } else { "\(value)" }
    }
    return (
      Array(zip(shares, labels)),
      { value in
        values.firstIndex { $0 == value || $0.isSameNumber(as: value) }.map { shares[$0] }
      }
    )
  }

  /// Between 0 and 1; nil for a value that the axis does not have.
  func share(_ value: HyperparameterValue) -> Double? { place(value).map { min(max($0, 0), 1) } }
}

extension HyperparameterValue {
  /// 1 and 1.0 are.
  fileprivate func isSameNumber(as other: HyperparameterValue) -> Bool {
    switch (self, other) {
    case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Double(a) == b
    default: false
    }
  }
}
