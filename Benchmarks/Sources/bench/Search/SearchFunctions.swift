import Foundation
import Settings
import Tuning

/// A function to search, with the space of its arguments and its minimum.
struct SearchFunction: Sendable {
  var name: String
  var space: SearchSpace
  var minimum: Double
  var loss: @Sendable ([String: HyperparameterValue]) -> Double

  init(_ name: String, _ minimum: Double, _ space: String, _ loss: @escaping @Sendable (Values) -> Double) {
    (self.name, self.minimum) = (name, minimum)
    self.space = try! SearchSpace(yaml: space, source: name, domains: nil)
    self.loss = { loss(Values(values: $0)) }
  }

  /// Arguments by name.
  struct Values {
    var values: [String: HyperparameterValue]

    subscript(name: String) -> Double {
      switch values[name] {
      case .number(let value): value
      case .integer(let value): Double(value)
      case .flag(let value): value ? 1 : 0
      default: .nan
      }
    }

    func index(_ name: String, in words: String) -> Int {
      guard case .text(let word) = values[name] else { return -1 }
      return words.split(separator: " ").firstIndex { $0 == word } ?? -1
    }
  }
}

/// Benchmarks/Peers/search_functions.py has the same for others.
enum SearchFunctions {
  /// What figures are reported of.
  static let reported = [branin, hartmann6, rosenbrock5, boosting, categories, conditional]

  static let branin = SearchFunction(
    "Branin", 0.39788735772973816, "{x: {low: -5.0, high: 10.0}, y: {low: 0.0, high: 15.0}}"
  ) { values in
    let (x, y) = (values["x"], values["y"])
    let bowl = y - 5.1 / (4 * Double.pi * Double.pi) * x * x + 5 / Double.pi * x - 6
    return bowl * bowl + 10 * (1 - 1 / (8 * Double.pi)) * cos(x) + 10
  }

  static let hartmann6 = SearchFunction("Hartmann 6", -3.32236801141551, cube(6, 0, 1)) { values in
    let a: [[Double]] = [
      [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14],
    ]
    let p = [
      [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
      [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ]
    let weights = [1, 1.2, 3, 3.2]
    return -(0..<4).reduce(0) { sum, row in
      let exponent = (0..<6).reduce(0.0) { $0 + a[row][$1] * pow(values["x\($1)"] - p[row][$1], 2) }
      return sum + weights[row] * exp(-exponent)
    }
  }

  static let rosenbrock5 = SearchFunction("Rosenbrock 5", 0, cube(5, -2.048, 2.048)) { values in
    (0..<4).reduce(0) { sum, index in
      let (x, next) = (values["x\(index)"], values["x\(index + 1)"])
      return sum + 100 * pow(next - x * x, 2) + pow(1 - x, 2)
    }
  }

  /// A loss as boosted trees have it: whole numbers, logarithms, and a rate that wants more leaves.
  static let boosting = SearchFunction(
    "boosting", 0,
    """
    learning_rate: {low: 1e-3, high: 1.0, log: true}
    num_leaves: {low: 2, high: 256, log: true}
    min_data_in_leaf: {low: 1, high: 100}
    max_depth: {low: 2, high: 12}
    feature_fraction: {low: 0.3, high: 1.0}
    """
  ) { values in
    let short = log10(values["learning_rate"]) + 1.3
    let ofLeaves = pow(log2(values["num_leaves"]) - 5 + 1.5 * short, 2)
    let ofRows = pow((values["min_data_in_leaf"] - 22) / 40, 2)
    let ofDepth = pow(values["max_depth"] - 7, 2)
    return short * short + 0.2 * ofLeaves + ofRows + 0.05 * ofDepth + 2 * pow(values["feature_fraction"] - 0.7, 2)
  }

  /// Words that shift a bowl: the best of each depends on the others.
  static let categories = SearchFunction(
    "categories", 0.10291666666666667,
    """
    kind: [a, b, c, d, e]
    form: [u, v, w, z]
    flag: [false, true]
    x: {low: 0.0, high: 1.0}
    y: {low: 0.0, high: 1.0}
    """
  ) { values in
    let (kind, form) = (values.index("kind", in: "a b c d e"), values.index("form", in: "u v w z"))
    let offset = [0.6, 0.3, 0, 0.4, 0.8][kind] + [0.2, 0.5, 0.3, 0][form]
    let flag = (values["flag"] == 1) == (kind % 2 == 0) ? 0.25 : 0
    let (x, y) = (values["x"], values["y"])
    let bowl = 3 * pow(x - (0.15 + 0.17 * Double(kind)), 2) + 2 * pow(y - (0.2 + 0.2 * Double(form)), 2)
    return offset + flag + bowl + 0.5 * abs(x - y)
  }

  /// An optimizer, and what only some of them have.
  static let conditional = SearchFunction(
    "conditional", 0,
    """
    optimizer: [sgd, adam, rmsprop]
    learning_rate: {low: 1e-5, high: 1.0, log: true}
    layers: {low: 1, high: 4}
    momentum: {low: 0.0, high: 1.0, when: {optimizer: sgd}}
    nesterov: {values: [false, true], when: {optimizer: sgd}}
    beta: {low: 0.5, high: 0.999, when: {optimizer: adam}}
    decay: {low: 1e-6, high: 1e-1, log: true, when: {optimizer: adam}}
    """
  ) { values in
    let loss = 0.15 * pow(values["layers"] - 3, 2)
    let rate = log10(values["learning_rate"])
    switch values.index("optimizer", in: "sgd adam rmsprop") {
    case 0:
      let momentum = values["momentum"]
      let plain = values["nesterov"] == 1 ? 0 : 0.1
      return loss + pow(rate + 1 + 1.5 * (momentum - 0.5), 2) + 3 * pow(momentum - 0.9, 2) + plain
    case 1:
      let ofDecay = 0.1 * pow(log10(values["decay"]) + 3, 2)
      return loss + 0.15 + pow(rate + 3, 2) + 5 * pow(values["beta"] - 0.9, 2) + ofDecay
    default: return loss + 0.4 + 0.5 * pow(rate + 3.5, 2)
    }
  }

  static func cube(_ sides: Int, _ low: Double, _ high: Double) -> String {
    (0..<sides).map { "x\($0): {low: \(low), high: \(high)}" }.joined(separator: "\n")
  }
}
