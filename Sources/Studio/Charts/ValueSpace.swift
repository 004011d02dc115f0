import Settings
import Tuning

/// A space of settings that holds given values, for the pictures of searches.
enum ValueSpace {
  /// Without settings that have one value only; nil where none is left.
  static func of(_ names: [String], _ all: [[String: HyperparameterValue]]) -> SearchSpace? {
    let parameters = names.compactMap { name in
      range(of: all.compactMap { $0[name] }).map { SearchParameter(name, $0) }
    }
    return parameters.isEmpty ? nil : try? SearchSpace(parameters)
  }

  private static func range(of values: [HyperparameterValue]) -> SearchRange? {
    let numbers = values.compactMap { value -> Double? in
      switch value {
      case .number(let number): number.isFinite ? number : nil
      case .integer(let number): Double(number)
      default: nil
      }
    }
    if numbers.count == values.count, let low = numbers.min(), let high = numbers.max() {
      return low < high ? .real(low: low, high: high, log: low > 0 && high / low >= 50, steps: nil) : nil
    }
    let names = Set(values).sorted { $0.description < $1.description }
    return names.count > 1 ? .choice(Array(names.prefix(40))) : nil
  }
}
