import CKernels

/// How a leaf may be parted in two.
struct Split {
  enum Sides {
    /// Bins up to this go left; so do missing values, or not.
    case upTo(Int, missingIsLeft: Bool)
    /// These bins go left.
    case bins([Int])
  }

  /// The place of the feature among the binned ones.
  var feature: Int
  var sides: Sides
  /// By how much it lowers the objective.
  var gain: Double
  /// The sum of words on the left.
  var left: UInt64
  /// What is added to the L2 penalty of both sides.
  var penalty = 0.0
}

/// A leaf of a tree that grows.
struct OpenLeaf {
  /// Its rows: a range of the grower's order.
  var start: Int
  var count: Int
  var depth: Int
  /// The sum of its rows' words.
  var total: UInt64
  /// Its parent's penalty for categories.
  var penalty = 0.0
  /// What its value has to lie between, for monotone constraints.
  var bounds = -Double.infinity...Double.infinity
  /// nil where none is needed or left.
  var histogram: UnsafeMutablePointer<UInt64>?
  /// nil where it is not to be split.
  var split: Split?
  /// Whether its split fulfils `min_data_in_leaf` for sure.
  var isCounted = false
  /// The node above it, and its side; -1 for the root.
  var parent = -1
  var isLeft = false
  /// The features that the splits above it are by, where these matter.
  var used: [Int] = []
}

/// Sums of gradients and second derivatives, both as whole numbers.
struct WordSum {
  var gradient: Double
  var hessian: Double

  init(gradient: Double, hessian: Double) { (self.gradient, self.hessian) = (gradient, hessian) }

  init(_ word: UInt64) {
    gradient = Double(Int64(bitPattern: word) >> 32)
    hessian = Double(word & 0xffff_ffff)
  }

  /// In their own units.
  init(_ word: UInt64, _ limits: RLTreeLimits) {
    self.init(word)
    gradient *= limits.gradient_unit
    hessian *= limits.hessian_unit
  }
}

extension RLTreeLimits {
  /// Of sums in their own units.
  init(_ settings: GBDT) {
    self.init(
      gradient_unit: 1, hessian_unit: 1, l1: settings.l1, l2: settings.l2, minimum_hessian: 0, minimum_rows: 0,
      rows_per_unit: 0)
  }

  /// The value of a leaf with these sums: the minimum of the objective's second-order expansion.
  func value(_ sum: WordSum, penalty: Double = 0) -> Double {
    let denominator = sum.hessian + l2 + penalty
    guard denominator > 0 else { return 0 }
    let size = max(0, abs(sum.gradient) - l1)
    return (sum.gradient > 0 ? -size : size) / denominator
  }

  /// Twice what the value lowers the expansion by.
  func gain(_ sum: WordSum, penalty: Double = 0) -> Double {
    let denominator = sum.hessian + l2 + penalty
    guard denominator > 0 else { return 0 }
    let size = max(0, abs(sum.gradient) - l1)
    return size * size / denominator
  }

  /// The same with another value than the best.
  func gain(_ sum: WordSum, value: Double, penalty: Double = 0) -> Double {
    let size = max(0, abs(sum.gradient) - l1)
    let gradient = sum.gradient > 0 ? size : -size
    return -(2 * gradient * value + (sum.hessian + l2 + penalty) * value * value)
  }

  func rows(_ sum: WordSum) -> Double { (sum.hessian * rows_per_unit + 0.5).rounded(.down) }
}
