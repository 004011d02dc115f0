import BLASBridge
import CKernels

/// The loss of a classifier of `classes` exclusive classes: −Σ_c q_c log softmax(logits)_c, a mean over the rows weighted by the
/// class of each. It writes the gradient that `Network.backward` takes.
///
/// ```swift
/// let loss = CrossEntropy(classes: 2, rows: 1)
/// var gradient: [Float] = [0, 0]
/// let value = loss([0, 0], labels: [1], rows: 1, gradient: &gradient)
/// print((value * 1e4).rounded() / 1e4, gradient)  // 0.6931 [0.5, -0.5]
/// ```
///
/// q is 1 for the row's class, or with label smoothing s (Szegedy et al. 2016, section 7) 1 − s + s/C for it and s/C for
/// the others. With class weights w a row counts w[class] times, and the mean is over the sum of these, as PyTorch has it
/// without smoothing.
public final class CrossEntropy {
  public let classes: Int
  public let smoothing: Float
  public let weights: [Float]?
  private let logProbabilities: FloatBuffer
  private let probabilities: FloatBuffer
  private let entropies: FloatBuffer

  /// `rows`: the most a call takes. Traps on weights of another number than `classes`.
  public init(classes: Int, rows: Int, smoothing: Float = 0, weights: [Float]? = nil) {
    require(
      weights.map { $0.count == classes } ?? true, "\(weights?.count ?? 0) class weights do not fit \(classes) classes")
    self.classes = classes
    self.smoothing = smoothing
    self.weights = weights
    logProbabilities = FloatBuffer(count: rows * classes)
    probabilities = FloatBuffer(count: rows * classes)
    entropies = FloatBuffer(count: rows)
  }

  /// The mean loss of `logits [rows, classes]` for `labels [rows]`, and its gradient by the logits (overwritten).
  public func callAsFunction(
    _ logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>, rows: Int, gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    rl_categorical(logits, logProbabilities.base, probabilities.base, entropies.base, rows, classes)
    var total: Float = 0
    for row in 0..<rows { total += weights?[Int(labels[row])] ?? 1 }
    let spread = smoothing / Float(classes)
    var sum = 0.0
    for row in 0..<rows {
      let label = Int(labels[row])
      let share = (weights?[label] ?? 1) / total
      let (logP, p) = (logProbabilities.base + row * classes, probabilities.base + row * classes)
      var loss = (1 - smoothing) * logP[label]
      let out = gradient + row * classes
      for c in 0..<classes { out[c] = share * (p[c] - spread) }
      out[label] -= share * (1 - smoothing)
      if smoothing > 0 {
        for c in 0..<classes { loss += spread * logP[c] }
      }
      sum -= Double(share * loss)
    }
    return sum
  }
}

/// Binary cross-entropy of a logit z and a target t in 0 … 1: softplus(z) − t z, as a mean. Use it where labels do not exclude
/// one another, or are probabilities.
///
/// ```swift
/// var gradient: [Float] = [0, 0]
/// let loss = binaryCrossEntropy([0, 0], targets: [1, 0], count: 2, gradient: &gradient)
/// print((loss * 1e4).rounded() / 1e4, gradient)  // 0.6931 [-0.25, 0.25]
/// ```
public func binaryCrossEntropy(
  _ logits: UnsafePointer<Float>, targets: UnsafePointer<Float>, count: Int, gradient: UnsafeMutablePointer<Float>
) -> Double {
  rl_softplus(logits, gradient, count)
  var sum = 0.0
  for i in 0..<count { sum += Double(gradient[i] - targets[i] * logits[i]) }
  rl_sigmoid(logits, gradient, count)
  let share = 1 / Float(count)
  for i in 0..<count { gradient[i] = share * (gradient[i] - targets[i]) }
  return sum / Double(count)
}
