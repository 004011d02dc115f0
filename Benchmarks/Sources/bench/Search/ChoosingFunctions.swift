import Foundation

extension SearchFunctions {
  /// What the settings of the Parzen estimator were chosen on; figures of these say how well they were fitted.
  static let choosing = [camel, levy4, styblinski4, ackley6, forest, network, kernels]

  static let camel = SearchFunction(
    "camel", -1.0316284535, "{x: {low: -3.0, high: 3.0}, y: {low: -2.0, high: 2.0}}"
  ) { values in
    let (x, y) = (values["x"], values["y"])
    return (4 - 2.1 * x * x + pow(x, 4) / 3) * x * x + x * y + 4 * (y * y - 1) * y * y
  }

  static let levy4 = SearchFunction("Levy 4", 0, cube(4, -10, 10)) { values in
    let w = (0..<4).map { 1 + (values["x\($0)"] - 1) / 4 }
    var sum = pow(sin(.pi * w[0]), 2) + pow(w[3] - 1, 2) * (1 + pow(sin(2 * .pi * w[3]), 2))
    for value in w.dropLast() { sum += pow(value - 1, 2) * (1 + 10 * pow(sin(.pi * value + 1), 2)) }
    return sum
  }

  static let styblinski4 = SearchFunction("Styblinski 4", -4 * 39.16616570377142, cube(4, -5, 5)) { values in
    (0..<4).reduce(0) { sum, index in
      let x = values["x\(index)"]
      return sum + 0.5 * (pow(x, 4) - 16 * x * x + 5 * x)
    }
  }

  static let ackley6 = SearchFunction("Ackley 6", 0, cube(6, -8, 12)) { values in
    let x = (0..<6).map { values["x\($0)"] - 1.7 }
    let squares = x.reduce(0) { $0 + $1 * $1 } / 6
    let waves = x.reduce(0) { $0 + cos(2 * .pi * $1) } / 6
    return -20 * exp(-0.2 * squares.squareRoot()) - exp(waves) + 20 + M_E
  }

  static let forest = SearchFunction(
    "forest", 0,
    """
    n_estimators: {low: 10, high: 400, log: true}
    max_features: {low: 0.05, high: 1.0}
    min_samples_leaf: {low: 1, high: 30}
    max_depth: {low: 3, high: 30}
    criterion: [gini, entropy, log_loss]
    """
  ) { values in
    let trees = log(400 / values["n_estimators"])
    let criterion = [0.05, 0, 0.02][values.index("criterion", in: "gini entropy log_loss")]
    return 0.05 * trees + pow(values["max_features"] - 0.35, 2) + 0.01 * pow(values["min_samples_leaf"] - 4, 2)
      + 0.002 * pow(values["max_depth"] - 15, 2) + criterion
  }

  static let network = SearchFunction(
    "network", 0,
    """
    learning_rate: {low: 1e-5, high: 0.1, log: true}
    batch: [16, 32, 64, 128, 256]
    layers: {low: 1, high: 5}
    width: {low: 16, high: 512, log: true}
    activation: [tanh, relu, gelu, silu]
    dropout: {low: 0.0, high: 0.6}
    """
  ) { values in
    let batch = log2(values["batch"] / 64)
    let capacity = log2(values["width"]) + values["layers"] - 10
    let activation = [0.3, 0.1, 0, 0.05][values.index("activation", in: "tanh relu gelu silu")]
    let rate = pow(log10(values["learning_rate"]) + 2.7 - 0.3 * batch, 2)
    return rate + 0.05 * batch * batch + 0.1 * capacity * capacity + 0.08 * pow(values["layers"] - 2, 2)
      + activation + pow(values["dropout"] - 0.15 - 0.03 * capacity, 2)
  }

  static let kernels = SearchFunction(
    "kernels", 0,
    """
    c: {low: 1e-3, high: 1e3, log: true}
    kernel: [linear, rbf, poly]
    gamma: {low: 1e-4, high: 10.0, log: true, when: {kernel: [rbf, poly]}}
    degree: {low: 2, high: 5, when: {kernel: poly}}
    scale: [false, true]
    """
  ) { values in
    let c = log10(values["c"])
    let scale = values["scale"] == 1 ? 0 : 0.3
    switch values.index("kernel", in: "linear rbf poly") {
    case 0: return scale + 0.25 + 0.1 * pow(c + 1, 2)
    case 1:
      let gamma = log10(values["gamma"])
      return scale + 0.2 * pow(gamma + 1.5 + 0.4 * (c - 1), 2) + 0.15 * pow(c - 1, 2)
    default:
      return scale + 0.1 + 0.3 * pow(log10(values["gamma"]) + 1, 2) + 0.1 * c * c + 0.1 * pow(values["degree"] - 3, 2)
    }
  }
}
