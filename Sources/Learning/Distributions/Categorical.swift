import BLASBridge
import CKernels
import Randomness

/// One categorical distribution a component of an action, from logits side by side: `counts [A]` choices, logits
/// `[rows, sum of counts]`, actions `[rows, A]` as floats counted from 0.
///
/// With several components the log-probability and the entropy are the components' sums.
package final class Categorical {
  package let counts: [Int]
  /// The number of logits a row has.
  package let width: Int
  private let rows: Int
  private let logProbabilities: FloatBuffer
  private let probabilities: FloatBuffer
  /// `[components, rows]`: each component's own entropy.
  private let entropies: FloatBuffer
  /// A component's logits and results side by side, where there are several components.
  private let gathered: FloatBuffer

  /// `rows`: the most that will be asked for at once.
  package init(counts: [Int], rows: Int) {
    self.counts = counts
    self.rows = rows
    width = counts.reduce(0, +)
    logProbabilities = FloatBuffer(count: rows * width)
    probabilities = FloatBuffer(count: rows * width)
    entropies = FloatBuffer(count: rows * counts.count)
    gathered = FloatBuffer(count: counts.count > 1 ? 3 * rows * (counts.max() ?? 0) : 0)
  }

  /// Normalises `logits [rows, width]`; the calls below are about these rows until the next `condition`.
  package func condition(on logits: UnsafePointer<Float>, rows: Int) {
    require(rows <= self.rows, "\(rows) rows do not fit a distribution for \(self.rows)")
    if counts.count == 1 {
      rl_categorical(logits, logProbabilities.base, probabilities.base, entropies.base, rows, width)
      return
    }
    forEachComponent { component, offset, count in
      let (own, size) = (gathered.base, rows * count)
      copyRows(from: logits + offset, stride: width, to: own, stride: count, rows: rows, count: count)
      rl_categorical(own, own + size, own + 2 * size, entropies.base + component * self.rows, rows, count)
      copyRows(
        from: own + size, stride: count, to: logProbabilities.base + offset, stride: width, rows: rows, count: count)
      copyRows(
        from: own + 2 * size, stride: count, to: probabilities.base + offset, stride: width, rows: rows, count: count)
    }
  }

  /// Draws `actions [rows, A]` by inversion of the cumulative probabilities, one uniform number a component.
  package func sample(
    rows: Int, using generator: inout CounterGenerator, into actions: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      forEachComponent { component, offset, count in
        let p = probabilities.base + row * width + offset
        var rest = generator.uniform()
        var choice = 0
        while choice < count - 1, rest >= p[choice] {
          rest -= p[choice]
          choice += 1
        }
        actions[row * counts.count + component] = Float(choice)
      }
    }
  }

  /// The most likely `actions [rows, A]`; the first of equals.
  package func mode(rows: Int, into actions: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      forEachComponent { component, offset, count in
        let p = logProbabilities.base + row * width + offset
        var choice = 0
        for index in 1..<max(1, count) where p[index] > p[choice] { choice = index }
        actions[row * counts.count + component] = Float(choice)
      }
    }
  }

  /// log π(action) `[rows]`.
  package func logProbability(
    of actions: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      var sum: Float = 0
      forEachComponent { component, offset, _ in
        sum += logProbabilities.base[row * width + offset + Int(actions[row * counts.count + component])]
      }
      result[row] = sum
    }
  }

  /// The entropies `[rows]`, in nats.
  package func entropy(rows: Int, into result: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      var sum: Float = 0
      for component in 0..<counts.count { sum += entropies.base[component * self.rows + row] }
      result[row] = sum
    }
  }

  /// From the loss's gradients by log π(action) `[rows]` and by the entropy `[rows]` to the gradient by the logits.
  ///
  /// ∂log π(a)/∂logit_c = 1{c = a} − p_c and ∂H/∂logit_c = −p_c (log p_c + H), component by component.
  package func backward(
    actions: UnsafePointer<Float>, logProbabilityGradient: UnsafePointer<Float>,
    entropyGradient: UnsafePointer<Float>, rows: Int, into logitGradient: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let (byLog, byEntropy) = (logProbabilityGradient[row], entropyGradient[row])
      forEachComponent { component, offset, count in
        let base = row * width + offset
        let (p, logP, out) = (probabilities.base + base, logProbabilities.base + base, logitGradient + base)
        let entropy = entropies.base[component * self.rows + row]
        for index in 0..<count {
          var value = -byLog * p[index]
          if byEntropy != 0, p[index] > 0 { value -= byEntropy * p[index] * (logP[index] + entropy) }
          out[index] = value
        }
        out[Int(actions[row * counts.count + component])] += byLog
      }
    }
  }

  /// Calls `body` with each component's index, the offset of its logits and their number.
  @inline(__always)
  private func forEachComponent(_ body: (_ component: Int, _ offset: Int, _ count: Int) -> Void) {
    var offset = 0
    for component in 0..<counts.count {
      body(component, offset, counts[component])
      offset += counts[component]
    }
  }
}

private func copyRows(
  from source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>, stride targetStride: Int,
  rows: Int, count: Int
) {
  for row in 0..<rows { (target + row * targetStride).update(from: source + row * stride, count: count) }
}
