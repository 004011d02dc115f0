import BLASBridge

/// The rows of a segment that one gradient step is taken on, gathered side by side.
final class Minibatch {
  /// The most rows it takes.
  let size: Int
  private(set) var rows = 0
  private let featureWidth: Int
  private let actionWidth: Int
  let features: FloatBuffer
  let actions: FloatBuffer
  /// `[rows, choices]`; nil where actions are not masked.
  let masks: UnsafeMutablePointer<Bool>?
  let logProbabilities: FloatBuffer
  let advantages: FloatBuffer
  let returns: FloatBuffer
  let values: FloatBuffer
  /// π(a|s) / π_old(a|s), which the loss fills in.
  let ratios: FloatBuffer

  init(size: Int, featureWidth: Int, actionWidth: Int, maskWidth: Int = 0) {
    self.size = size
    self.featureWidth = featureWidth
    self.actionWidth = actionWidth
    masks = maskWidth > 0 ? .allocate(capacity: size * maskWidth) : nil
    features = FloatBuffer(count: size * featureWidth)
    actions = FloatBuffer(count: size * actionWidth)
    logProbabilities = FloatBuffer(count: size)
    advantages = FloatBuffer(count: size)
    returns = FloatBuffer(count: size)
    values = FloatBuffer(count: size)
    ratios = FloatBuffer(count: size)
  }

  deinit { masks?.deallocate() }

  /// max |r − 1| of the rows; NaN where a ratio is.
  var ratioError: Double {
    var greatest: Float = 0
    for row in 0..<rows {
      let error = (ratios.base[row] - 1).magnitude
      if !(error <= greatest) { greatest = error }
    }
    return Double(greatest)
  }

  /// Takes the rows `indices[start ..< start + rows]` of `segment`.
  func gather(_ indices: [Int32], from start: Int, rows: Int, of segment: Segment) {
    require(rows <= size, "\(rows) rows do not fit a minibatch of \(size)")
    self.rows = rows
    for row in 0..<rows {
      let index = Int(indices[start + row])
      for i in 0..<featureWidth {
        features.base[row * featureWidth + i] = segment.features.base[index * featureWidth + i]
      }
      for i in 0..<actionWidth {
        actions.base[row * actionWidth + i] = segment.actions.base[index * actionWidth + i]
      }
      if let masks, let source = segment.masks {
        let width = segment.maskWidth
        (masks + row * width).update(from: source + index * width, count: width)
      }
      logProbabilities.base[row] = segment.logProbabilities.base[index]
      advantages.base[row] = segment.advantages.base[index]
      returns.base[row] = segment.returns.base[index]
      values.base[row] = segment.values.base[index]
    }
  }

}

/// (x − mean) / (deviation + 1e-8), in place, the deviation with n − 1 in its denominator.
func standardize(_ values: UnsafeMutablePointer<Float>, count: Int) {
  var mean = 0.0
  for i in 0..<count { mean += Double(values[i]) }
  mean /= Double(count)
  var variance = 0.0
  for i in 0..<count {
    let deviation = Double(values[i]) - mean
    variance += deviation * deviation
  }
  let scale = 1 / ((variance / Double(count - 1)).squareRoot() + 1e-8)
  for i in 0..<count { values[i] = Float((Double(values[i]) - mean) * scale) }
}
