import BLASBridge

/// Limited-memory BFGS (Nocedal & Wright 2006, algorithms 7.4 and 7.5) with a bisecting line search that finds a point
/// of the weak Wolfe conditions (Lewis & Overton 2013, algorithm 2.6).
struct LBFGS {
  /// How many of the last steps shape the next direction.
  var memory = 10
  var maximumIterations = 100
  /// Reached where no derivative is larger.
  var gradientTolerance = 1e-4

  enum Ending: String, Sendable {
    /// No derivative is larger than the tolerance.
    case converged
    /// The loss no longer falls by more than single precision can tell.
    case stalled
    case iterationsExhausted
  }

  struct Outcome: Sendable {
    var loss: Double
    var iterations = 0
    var evaluations = 1
    var ending = Ending.iterationsExhausted
  }

  /// Moves `point` to a minimum. `evaluate` returns the loss at its first argument and writes the gradient to its
  /// second; `iterated` is called with the iterations done and the loss, and ends the work by throwing.
  func minimize(
    _ point: FloatBuffer, iterated: (Int, Double) throws -> Void,
    evaluate: (_ point: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) -> Double
  ) rethrows -> Outcome {
    let count = point.count
    let x = Matrix(point, rows: count, columns: 1)
    var steps = (0..<memory).map { _ in Pair(count) }
    var used = 0
    let (gradient, next, nextGradient) = (vector(count), vector(count), vector(count))
    let direction = vector(count)
    var outcome = Outcome(loss: evaluate(x.base, gradient.base))
    while outcome.iterations < maximumIterations {
      if largest(gradient) <= gradientTolerance {
        outcome.ending = .converged
        break
      }
      descend(along: direction, from: gradient, steps[..<used])
      let slope = dot(gradient, direction)
      var step: Float = used == 0 ? 1 / max(1, BLAS.nrm2(gradient)) : 1
      // Differences smaller than this are rounding errors of a sum of single-precision terms.
      let noise = abs(outcome.loss) * Double(Float.ulpOfOne) / 4
      var (low, high): (Float, Float?) = (0, nil)
      var found: Double?
      for _ in 0..<30 {
        next.fill(from: x)
        BLAS.axpy(step, direction, into: next)
        let loss = evaluate(next.base, nextGradient.base)
        outcome.evaluations += 1
        if !(loss <= outcome.loss + 1e-4 * Double(step) * slope + noise) {
          high = step
        } else if dot(nextGradient, direction) < 0.9 * slope {
          low = step
        } else {
          found = loss
          break
        }
        step = high.map { (low + $0) / 2 } ?? 2 * step
      }
      guard let loss = found else {
        outcome.ending = .stalled
        break
      }
      remember(from: x, gradient, to: next, nextGradient, in: &steps, &used)
      x.fill(from: next)
      gradient.fill(from: nextGradient)
      let gain = outcome.loss - loss
      outcome.loss = loss
      outcome.iterations += 1
      try iterated(outcome.iterations, loss)
      if gain <= noise {
        outcome.ending = .stalled
        break
      }
    }
    if largest(gradient) <= gradientTolerance { outcome.ending = .converged }
    return outcome
  }

  /// A step s, the gradient's change y along it, and 1 / sᵀy.
  private struct Pair {
    let s: Matrix<Float>
    let y: Matrix<Float>
    var inverse = 0.0

    init(_ count: Int) {
      s = Matrix(rows: count, columns: 1)
      y = Matrix(rows: count, columns: 1)
    }
  }

  /// The two-loop recursion: direction ← −H · gradient, H being what the steps tell of the inverse Hessian.
  private func descend(along direction: Matrix<Float>, from gradient: Matrix<Float>, _ steps: ArraySlice<Pair>) {
    direction.fill(from: gradient)
    var weights: [Double] = []
    for pair in steps.reversed() {
      let weight = pair.inverse * dot(pair.s, direction)
      BLAS.axpy(Float(-weight), pair.y, into: direction)
      weights.append(weight)
    }
    if let last = steps.last { BLAS.scal(Float(1 / (last.inverse * dot(last.y, last.y))), direction) }
    for (pair, weight) in zip(steps, weights.reversed()) {
      BLAS.axpy(Float(weight - pair.inverse * dot(pair.y, direction)), pair.s, into: direction)
    }
    BLAS.scal(-1, direction)
  }

  /// Takes up a step whose curvature is positive; the oldest makes room.
  private func remember(
    from x: Matrix<Float>, _ gradient: Matrix<Float>, to next: Matrix<Float>, _ nextGradient: Matrix<Float>,
    in steps: inout [Pair], _ used: inout Int
  ) {
    if used == memory { steps.append(steps.removeFirst()) }
    let slot = min(used, memory - 1)
    steps[slot].s.fill(from: next)
    BLAS.axpy(-1, x, into: steps[slot].s)
    steps[slot].y.fill(from: nextGradient)
    BLAS.axpy(-1, gradient, into: steps[slot].y)
    let curvature = dot(steps[slot].s, steps[slot].y)
    guard curvature > 0 else {
      used = slot
      return
    }
    steps[slot].inverse = 1 / curvature
    used = slot + 1
  }

  private func vector(_ count: Int) -> Matrix<Float> { Matrix(rows: count, columns: 1) }
  private func dot(_ a: Matrix<Float>, _ b: Matrix<Float>) -> Double { Double(BLAS.dot(a, b)) }
  private func largest(_ a: Matrix<Float>) -> Double { BLAS.iamax(a).map { Double(abs(a[$0, 0])) } ?? 0 }
}
