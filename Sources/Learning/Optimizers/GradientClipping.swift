import CKernels

/// The Euclidean norm of a gradient, and the factor that brings it to at most `maximum`.
///
/// The factor is maximum / (norm + 1e-6) where that is below 1, as PyTorch's `clip_grad_norm_` has it.
public func globalNormClipping(
  _ gradient: UnsafePointer<Float>, count: Int, maximum: Double
) -> (norm: Double, scale: Float) {
  let norm = rl_sum_of_squares(gradient, count).squareRoot()
  return (norm, Float(min(1, maximum / (norm + 1e-6))))
}
