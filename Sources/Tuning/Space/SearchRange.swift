import Foundation
import Settings

/// The values that a search gives to a setting.
package enum SearchRange: Sendable, Hashable {
  /// Numbers from `low` to `high`, evenly in their logarithms where `log`; with `steps` only so many of them, both ends
  /// among them.
  case real(low: Double, high: Double, log: Bool, steps: Int?)
  /// `low`, `low + step` and so on up to `high`.
  case integer(low: Int, high: Int, log: Bool, step: Int)
  case choice([HyperparameterValue])
  /// A list of so many whole numbers, each one of `units`: the widths of hidden layers.
  case widths(layers: ClosedRange<Int>, units: [Int])
}

extension SearchRange {
  /// How many values there are: nil for infinitely many, and for more than an Int counts.
  package var count: Int? {
    switch self {
    case .real(let low, let high, _, let steps): return low == high ? 1 : steps
    case .integer(let low, let high, _, let step):
      let (distance, overflows) = high.subtractingReportingOverflow(low)
      return overflows ? nil : distance / step + 1
    case .choice(let values): return values.count
    case .widths(let layers, let units):
      var sum = 0
      var power = 1
      for layer in 0...layers.upperBound {
        if layer >= layers.lowerBound {
          let (more, overflows) = sum.addingReportingOverflow(power)
          if overflows { return nil }
          sum = more
        }
        let (next, overflows) = power.multipliedReportingOverflow(by: units.count)
        if overflows && layer < layers.upperBound { return nil }
        power = next
      }
      return sum
    }
  }

  /// Value number `index` of `count`.
  func value(_ index: Int) -> HyperparameterValue {
    switch self {
    case .real(let low, let high, let log, let steps):
      guard let steps, steps > 1, low < high else { return .number(low) }
      if index == steps - 1 { return .number(high) }
      let share = Double(index) / Double(steps - 1)
      return .number(log ? low * pow(high / low, share) : low + share * (high - low))
    case .integer(let low, _, _, let step): return .integer(low + index * step)
    case .choice(let values): return values[index]
    case .widths(let layers, let units):
      var (index, depth, power) = (index, layers.lowerBound, 1)
      for _ in 0..<depth { power *= units.count }
      while index >= power {
        index -= power
        depth += 1
        power *= units.count
      }
      var widths: [Int] = []
      for _ in 0..<depth {
        power /= units.count
        widths.append(units[index / power])
        index %= power
      }
      return .integers(widths)
    }
  }

  package func contains(_ value: HyperparameterValue) -> Bool {
    switch self {
    case .real(let low, let high, let log, let steps):
      guard let number = value.double, number >= low, number <= high else { return false }
      guard let steps, steps > 1, low < high else { return true }
      let share = log ? Foundation.log(number / low) / Foundation.log(high / low) : (number - low) / (high - low)
      let place = share * Double(steps - 1)
      return abs(place - place.rounded()) < 1e-6
    case .integer(let low, let high, _, let step):
      guard case .integer(let number) = value.normalized, number >= low, number <= high else { return false }
      return (number - low) % step == 0
    case .choice(let values): return values.contains { $0.matches(value) }
    case .widths(let layers, let units):
      guard case .integers(let widths) = value, layers.contains(widths.count) else { return false }
      return widths.allSatisfy(units.contains)
    }
  }

  /// The end of a sentence that begins with the setting's name; nil for a sound range.
  var problem: String? {
    switch self {
    case .real(let low, let high, let log, let steps):
      if !low.isFinite || !high.isFinite || !(high - low).isFinite { return "needs finite bounds" }
      if low > high { return "has an empty range: low \(low) is above high \(high)" }
      if log && low <= 0 { return "has a logarithmic range, which must be above 0, not from \(low)" }
      if let steps, steps < 1 { return "needs at least 1 step, not \(steps)" }
      if let steps, steps == 1, low < high { return "needs at least 2 steps from \(low) to \(high)" }
      if let steps, steps > 1_000_000_000 { return "has \(steps) steps, more than 1,000,000,000" }
      return nil
    case .integer(let low, let high, let log, let step):
      if low > high { return "has an empty range: low \(low) is above high \(high)" }
      if log && low < 1 { return "has a logarithmic range, which must be above 0, not from \(low)" }
      if step < 1 { return "needs a step of at least 1, not \(step)" }
      if log && step != 1 { return "has a logarithmic range, which has no step" }
      if max(low.magnitude, high.magnitude) > 1 << 53 { return "needs bounds that a number holds exactly" }
      return nil
    case .choice(let values):
      if values.isEmpty { return "has no values to choose from" }
      for (index, value) in values.enumerated() where values[..<index].contains(where: { $0.matches(value) }) {
        return "has the value \(value) twice"
      }
      return nil
    case .widths(let layers, let units):
      if units.isEmpty { return "has no units to choose from" }
      if Set(units).count < units.count { return "has the same number of units twice" }
      if units.contains(where: { $0 < 1 || $0 > Bounds.mostUnits }) {
        return "needs units from 1 to \(Bounds.mostUnits)"
      }
      if layers.lowerBound < 0 || layers.upperBound > Bounds.mostLayers {
        return "needs from 0 to \(Bounds.mostLayers) layers"
      }
      return nil
    }
  }
}
