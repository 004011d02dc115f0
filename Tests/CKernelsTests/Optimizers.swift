import CKernels
import Foundation

/// Five steps of each optimizer against the textbook's formulas in double.
func optimizerFailures() -> [String] {
  let n = 131
  var generator = Splitmix(state: 6)
  let start = generator.floats(n)
  let gradients = (0..<5).map { _ in generator.floats(n, scale: 1) }
  let (rate, b1, b2, epsilon, scale, decay) = (0.01, 0.9, 0.999, 1e-5, 0.5, 0.02)

  typealias Step = (inout [Float], inout [Float], inout [Float], [Float], Int) -> Void
  // Next parameter from (p, g, m, v, t).
  typealias Formula = (inout Double, Double, inout Double, inout Double, Int) -> Void
  func corrected(_ t: Int) -> (Float, Float) {
    let root = (1 - pow(b2, Double(t))).squareRoot()
    return (Float(rate * root / (1 - pow(b1, Double(t)))), Float(epsilon * root))
  }
  let adam: (Double) -> Formula = { decay in
    { p, g, m, v, t in
      m = b1 * m + (1 - b1) * g
      v = b2 * v + (1 - b2) * g * g
      p -= rate * decay * p
      p -= rate * (m / (1 - pow(b1, Double(t)))) / ((v / (1 - pow(b2, Double(t)))).squareRoot() + epsilon)
    }
  }
  let rmsprop: (Bool) -> Formula = { inside in
    { p, g, m, v, _ in
      v = b1 * v + (1 - b1) * g * g
      p -= rate * g / (inside ? (v + epsilon).squareRoot() : v.squareRoot() + epsilon)
    }
  }
  let momentum: (Bool) -> Formula = { nesterov in
    { p, g, m, v, _ in
      m = b1 * m + g
      p -= rate * (nesterov ? g + b1 * m : m)
    }
  }
  let f = Float.self
  let cases: [(String, Step, Formula)] = [
    (
      "Adam",
      { p, m, v, g, t in
        rl_adam(&p, g, &m, &v, n, corrected(t).0, f.init(b1), f.init(b2), corrected(t).1, f.init(scale))
      }, adam(0)
    ),
    (
      "AdamW",
      { p, m, v, g, t in
        rl_adamw(
          &p, g, &m, &v, n, corrected(t).0, f.init(b1), f.init(b2), corrected(t).1, f.init(scale),
          f.init(1 - rate * decay))
      }, adam(decay)
    ),
    (
      "RMSProp",
      { p, _, v, g, _ in rl_rmsprop(&p, g, &v, n, f.init(rate), f.init(b1), f.init(epsilon), f.init(scale)) },
      rmsprop(false)
    ),
    (
      "TensorFlow's RMSProp",
      { p, _, v, g, _ in rl_rmsprop_tf(&p, g, &v, n, f.init(rate), f.init(b1), f.init(epsilon), f.init(scale)) },
      rmsprop(true)
    ),
    ("SGD", { p, _, _, g, _ in rl_sgd(&p, g, n, f.init(rate), f.init(scale)) }, { p, g, _, _, _ in p -= rate * g }),
    (
      "momentum", { p, m, _, g, _ in rl_sgd_momentum(&p, g, &m, n, f.init(rate), f.init(b1), 0, f.init(scale)) },
      momentum(false)
    ),
    (
      "Nesterov", { p, m, _, g, _ in rl_sgd_momentum(&p, g, &m, n, f.init(rate), f.init(b1), 1, f.init(scale)) },
      momentum(true)
    ),
  ]
  return cases.compactMap { name, step, formula in
    var (p, m, v) = (start, [Float](repeating: 0, count: n), [Float](repeating: 0, count: n))
    var (exactP, exactM, exactV) = (start.map(Double.init), m.map(Double.init), v.map(Double.init))
    for (t, g) in gradients.enumerated() {
      step(&p, &m, &v, g, t + 1)
      for i in 0..<n { formula(&exactP[i], Double(g[i]) * scale, &exactM[i], &exactV[i], t + 1) }
    }
    for i in 0..<n where !close(p[i], exactP[i], 3e-6) { return "\(name): parameter \(i) is \(p[i]), not \(exactP[i])" }
    return nil
  }
}

/// Reductions and the small loops over one buffer.
func bufferFailures() -> [String] {
  var generator = Splitmix(state: 8)
  var failures: [String] = []
  for n in [0, 1, 15, 16, 17, 100, 1003] {
    let (x, target) = (generator.floats(n), generator.floats(n))
    let squares = x.reduce(0.0) { $0 + Double($1) * Double($1) }
    if abs(rl_sum_of_squares(x, n) - squares) > 1e-12 * max(1, squares) { failures.append("sum of squares, n = \(n)") }
    let shifted = [Float(9)] + x
    let elsewhere = shifted.withUnsafeBufferPointer { rl_sum_of_squares($0.baseAddress! + 1, n) }
    if elsewhere != rl_sum_of_squares(x, n) { failures.append("the sum of squares depends on alignment, n = \(n)") }

    var dx = [Float](repeating: 0, count: n)
    let loss = rl_huber(x, target, 1.5, &dx, n)
    var exact = 0.0
    for i in 0..<n {
      let d = Double(x[i] - target[i])
      exact += abs(d) <= 1.5 ? d * d / 2 : 1.5 * (abs(d) - 0.75)
      if !close(dx[i], min(max(d, -1.5), 1.5)) { failures.append("Huber slope, n = \(n)") }
    }
    if abs(loss - exact) > 1e-6 * max(1, exact) { failures.append("Huber loss \(loss), not \(exact)") }

    var (scaled, averaged) = (x, target)
    rl_scale(&scaled, 0.25, n)
    rl_polyak(&averaged, x, 0.1, n)
    for i in 0..<n where scaled[i] != x[i] * 0.25 || !close(averaged[i], 0.9 * Double(target[i]) + 0.1 * Double(x[i])) {
      failures.append("scale or average, n = \(n)")
    }
  }
  return failures
}
