import Foundation
import Settings

/// scikit-learn's `PowerTransformer`.
struct PowerStep: ColumnStep {
  enum Method: String, CaseIterable, Codable, Sendable {
    case yeoJohnson = "yeo-johnson"
    case boxCox = "box-cox"
  }

  static let name = "power"
  static let summary = "powers of x that make its distribution most like a normal one"
  static let hyperparameters: [Hyperparameter<PowerStep>] = [
    .choice("method", \.method, "yeo-johnson: any numbers; box-cox: numbers above 0"),
    .flag("standardize", \.standardize, "mean 0 and variance 1 afterwards"),
  ]
  static let texts = ColumnChoice.parameters(of: \PowerStep.choice)

  var method = Method.yeoJohnson
  var standardize = true
  var choice = ColumnChoice()

  struct Map: NumberMap {
    var method: Method
    var lambda: Double
    var scaling: Scaling?

    func apply(_ values: inout [Double]) {
      let (method, lambda) = (method, lambda)
      values.change { PowerStep.power($0, lambda, method) }
      scaling?.apply(&values)
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> NumberMaps<Map> {
    try NumberMaps(data, choice) { (name, values) throws(PipelineError) in
      let present = values.filter { !$0.isNaN }
      if method == .boxCox, let value = present.first(where: { $0 <= 0 }) {
        throw PipelineError("box-cox needs numbers above 0, and the column '\(name)' has \(value): take yeo-johnson")
      }
      var map = Map(method: method, lambda: Self.bestLambda(present, method))
      if standardize {
        var powers = values
        map.apply(&powers)
        map.scaling = try StandardStep.scaling(powers, withMean: true, withDeviation: true).finite(name)
      }
      return map
    }
  }

  /// Box-Cox's power is missing (NaN) for later numbers that are not above 0.
  static func power(_ x: Double, _ lambda: Double, _ method: Method) -> Double {
    switch method {
    case .boxCox:
      if !(x > 0) { return .nan }
      return lambda == 0 ? log(x) : expm1(lambda * log(x)) / lambda
    case .yeoJohnson:
      if x.isNaN { return x }
      if x >= 0 { return lambda.magnitude < .ulpOfOne ? log1p(x) : expm1(lambda * log1p(x)) / lambda }
      let mirrored = 2 - lambda
      return mirrored.magnitude < .ulpOfOne ? -log1p(-x) : -expm1(mirrored * log1p(-x)) / mirrored
    }
  }

  /// The λ of the greatest likelihood; 1 for constants and for no values.
  private static func bestLambda(_ values: [Double], _ method: Method) -> Double {
    let statistics = PresentValues(values)
    if statistics.count == 0 || statistics.isConstant(variance: statistics.variance(values)) { return 1 }
    let logs = values.map { value in
      method == .boxCox ? log(value) : value < 0 ? -log1p(-value) : log1p(value)
    }
    let slope = PresentValues(logs).sum
    let n = Double(values.count)
    // No power leaves half of the exponents of doubles.
    let largest = logs.reduce(0) { max($0, $1.magnitude) }
    var (low, high) = (-300 / largest, 300 / largest)
    if method == .yeoJohnson {
      if statistics.greatest < 0 {
        (low, high) = (2 - high, 2 - low)
      } else if statistics.least < 0 {
        (low, high) = (max(2 - high, low), min(2 - low, high))
      }
    }
    return minimum(from: low, to: high) { lambda in
      let powers = zip(values, logs).map { value, logarithm -> Double in
        let factor = value < 0 && method == .yeoJohnson ? 2 - lambda : lambda
        return factor == 0
          ? logarithm
          : (logarithm < 0 && method == .yeoJohnson ? -1 : 1)
            * expm1(factor * (method == .yeoJohnson ? logarithm.magnitude : logarithm)) / factor
      }
      let variance = PresentValues(powers).variance(powers)
      let loss = n / 2 * log(variance) - (lambda - 1) * slope
      return loss.isFinite ? loss : .infinity
    }
  }
}

/// Where a function of one minimum in a range has it, by golden sections and parabolas (Brent 1973, "localmin").
func minimum(from low: Double, to high: Double, of function: (Double) -> Double) -> Double {
  let golden = (3 - 5.0.squareRoot()) / 2
  var (a, b) = (low, high)
  var x = a + golden * (b - a)
  var (w, v) = (x, x)
  var fx = function(x)
  var (fw, fv) = (fx, fx)
  var (step, before) = (0.0, 0.0)
  for _ in 0..<200 {
    let middle = (a + b) / 2
    let tolerance = 1.5e-9 * x.magnitude + 1e-10
    if (x - middle).magnitude <= 2 * tolerance - (b - a) / 2 { break }
    var isGolden = true
    if before.magnitude > tolerance {
      let r = (x - w) * (fx - fv)
      var q = (x - v) * (fx - fw)
      var p = (x - v) * q - (x - w) * r
      q = 2 * (q - r)
      if q > 0 { p = -p }
      q = q.magnitude
      let last = before
      before = step
      if p.magnitude < (0.5 * q * last).magnitude, p > q * (a - x), p < q * (b - x) {
        step = p / q
        let u = x + step
        if u - a < 2 * tolerance || b - u < 2 * tolerance { step = middle < x ? -tolerance : tolerance }
        isGolden = false
      }
    }
    if isGolden {
      before = (x < middle ? b : a) - x
      step = golden * before
    }
    let u = x + (step.magnitude >= tolerance ? step : step > 0 ? tolerance : -tolerance)
    let fu = function(u)
    if fu <= fx {
      if u < x { b = x } else { a = x }
      (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu)
    } else {
      if u < x { a = u } else { b = u }
      if fu <= fw || w == x {
        (v, fv, w, fw) = (w, fw, u, fu)
      } else if fu <= fv || v == x || v == w {
        (v, fv) = (u, fu)
      }
    }
  }
  return x
}
