import CKernels
import Foundation

typealias Map = (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void

/// A kernel, the function it stands for in double precision, and how far it may be away.
struct Claim {
  var name: String
  var kernel: Map
  var reference: (Double) -> Double
  var ulps: Double
  /// Below this size of the result, `absolute` is what is promised.
  var normalFrom = 0.0
  var absolute = 0.0
}

/// The distance of `value` from `exact`, in units in the last place of the float nearest to `exact`.
func ulps(of value: Float, from exact: Double) -> Double {
  let nearest = Float(exact)
  if exact.isNaN { return value.isNaN ? 0 : .infinity }
  guard value.isFinite, nearest.isFinite else { return value == nearest ? 0 : .infinity }
  if exact == 0 && value == 0 { return exact.sign == value.sign ? 0 : .infinity }
  // An error of half the gap below a power of two counts as half: the gap is taken of the exact value's own binade.
  let exponent = exact == 0 ? -149 : max(exact.exponent - 23, -149)
  return abs(Double(value) - exact) / Double(sign: .plus, exponent: exponent, significand: 1)
}

/// Every `step`th float by its bits, so that all exponents, both signs, NaN and subnormals occur, and the special ones.
func sweep(step: UInt32) -> [Float] {
  var result: [Float] = [
    0, -0.0, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, 88.72283, 88.72284, -87.33655, -103.97208, -103.9721,
  ]
  var bits: UInt32 = 0
  while true {
    result.append(Float(bitPattern: bits))
    let (next, overflow) = bits.addingReportingOverflow(step)
    if overflow { return result }
    bits = next
  }
}

func apply(_ kernel: Map, to x: [Float]) -> [Float] {
  var y = [Float](repeating: 0, count: x.count)
  kernel(x, &y, x.count)
  return y
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
private func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
private func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

private func slope(
  _ backward: @escaping (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
) -> Map {
  { x, y, n in backward(x, [Float](repeating: 1, count: n), y, n) }
}
private func sine(_ x: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>?, _ n: Int) {
  var other = [Float](repeating: 0, count: n)
  rl_sine_cosine(x, y, &other, n)
}
private func cosine(_ x: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>?, _ n: Int) {
  var other = [Float](repeating: 0, count: n)
  rl_sine_cosine(x, &other, y, n)
}

func claims() -> [Claim] {
  [
    Claim(name: "exp", kernel: rl_exp, reference: { exp($0) }, ulps: 1.1),
    Claim(name: "log", kernel: rl_log, reference: { log($0) }, ulps: 0.9),
    Claim(name: "tanh", kernel: rl_tanh, reference: { tanh($0) }, ulps: 2.4),
    Claim(name: "sigmoid", kernel: rl_sigmoid, reference: sigmoid, ulps: 2.4),
    Claim(name: "softplus", kernel: rl_softplus, reference: { $0 > 40 ? $0 : log1p(exp($0)) }, ulps: 2.8),
    Claim(name: "relu", kernel: rl_relu, reference: { $0 < 0 ? 0 : $0 }, ulps: 0),
    Claim(
      name: "gelu", kernel: rl_gelu, reference: { $0 < -1e4 ? -0.0 : $0 * normal($0) }, ulps: 8, normalFrom: 1e-36,
      absolute: 1e-42),
    Claim(
      name: "silu", kernel: rl_silu, reference: { $0 < -700 ? -0.0 : $0 * sigmoid($0) }, ulps: 3.2, normalFrom: 1e-36,
      absolute: 1e-42),
    Claim(name: "sine", kernel: sine, reference: { sin($0) }, ulps: 1.6),
    Claim(name: "cosine", kernel: cosine, reference: { cos($0) }, ulps: 1.6),
    Claim(name: "softplus'", kernel: slope(rl_softplus_backward), reference: sigmoid, ulps: 2.4),
    Claim(
      name: "gelu'", kernel: slope(rl_gelu_backward),
      reference: { abs($0) > 1e4 ? ($0 > 0 ? 1 : 0) : normal($0) + $0 * density($0) }, ulps: 0, normalFrom: 2,
      absolute: 3e-7),
    Claim(
      name: "silu'", kernel: slope(rl_silu_backward),
      reference: { abs($0) > 700 ? ($0 > 0 ? 1 : 0) : sigmoid($0) * (1 + $0 * sigmoid(-$0)) }, ulps: 0, normalFrom: 2,
      absolute: 3e-7),
  ]
}

/// What is wrong with the accuracy of the present variant, a line a function.
func accuracyFailures(step: UInt32) -> [String] {
  let x = sweep(step: step)
  return claims().compactMap { claim in
    let y = apply(claim.kernel, to: x)
    for (x, y) in zip(x, y) {
      let exact = claim.reference(Double(x))
      let right =
        abs(exact) < claim.normalFrom
        ? abs(Double(y) - exact) <= claim.absolute : ulps(of: y, from: exact) <= claim.ulps
      if !right { return "\(claim.name)(\(x)) is \(y), not \(exact): \(ulps(of: y, from: exact)) ulp" }
    }
    return nil
  }
}

/// Functions whose results at n = 1, shifted, unaligned or in place differ from those in one long array.
func placementFailures() -> [String] {
  let x = sweep(step: 9_700_417)
  return claims().compactMap { claim in
    let whole = apply(claim.kernel, to: x)
    for (i, value) in x.enumerated() where apply(claim.kernel, to: [value])[0].bitPattern != whole[i].bitPattern {
      if !whole[i].isNaN { return "\(claim.name): element \(i) differs alone" }
    }
    for offset in [1, 3, 7] {
      for count in [2, 5, 15, 16, 17, 31, 33, 67, 259] {
        var memory = Array(x[..<(offset + count)])
        memory.withUnsafeMutableBufferPointer {
          claim.kernel($0.baseAddress! + offset, $0.baseAddress! + offset, count)
        }
        for i in offset..<offset + count where memory[i].bitPattern != whole[i].bitPattern && !whole[i].isNaN {
          return "\(claim.name): element \(i) differs in place, \(count) from \(offset)"
        }
      }
    }
    return nil
  }
}

/// The double sine and cosine: accuracy against extended precision where there is one, and single against batched.
func sineCosineFailures() -> [String] {
  var generator = Splitmix(state: 7)
  var x: [Double] = [0, -0.0, .pi / 2, .pi, 1e5, -1e6, 1.59e6, 1.7e6, 1e22, 1e300, .leastNonzeroMagnitude]
  for scale in [0.2, 1, 4, 100, 1e4, 1e6, 3e6] {
    x += (0..<4000).map { _ in (generator.unit() * 2 - 1) * scale }
  }
  x += [.nan, .infinity]
  var s = [Double](repeating: 0, count: x.count)
  var c = s
  rl_sine_cosine_double(x, &s, &c, x.count)
  for (i, x) in x.enumerated() {
    var (one, other) = (0.0, 0.0)
    rl_sine_cosine_double([x], &one, &other, 1)
    if x.isFinite ? (one != s[i] || other != c[i]) : !(one.isNaN && s[i].isNaN && c[i].isNaN) {
      return ["the sine or cosine of \(x) differs alone"]
    }
    #if arch(x86_64)
      for (value, exact) in [(s[i], sin(Float80(x))), (c[i], cos(Float80(x)))] where x.isFinite {
        let error =
          abs(Float80(value) - exact)
          / Float80(sign: .plus, exponent: exact == 0 ? -1074 : max(-1074, exact.exponent - 52), significand: 1)
        if error > (abs(x) <= 1.6e6 ? 0.504 : 0.55) { return ["sine or cosine of \(x): \(value), \(error) ulp away"] }
      }
    #endif
  }
  return s[1].sign == .minus ? [] : ["the sine of -0 is not -0"]
}

/// Steele, Lea & Flood's generator, for test data.
struct Splitmix {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
  mutating func floats(_ count: Int, scale: Double = 3) -> [Float] {
    (0..<count).map { _ in Float((unit() * 2 - 1) * scale) }
  }
}
