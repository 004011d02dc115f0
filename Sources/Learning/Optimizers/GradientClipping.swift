import CKernels

/// The Euclidean norm of a gradient, and the factor that brings it to at most `maximum`.
///
/// ```swift
/// let gradient: [Float] = [3, 4]
/// let (norm, scale) = globalNormClipping(gradient, count: 2, maximum: 0.5)
/// print(norm, (scale * 1000).rounded() / 1000)  // 5.0 0.1
/// ```
///
/// The factor is maximum / (norm + 1e-6) where that is below 1, as PyTorch's `clip_grad_norm_` has it.
public func globalNormClipping(
  _ gradient: UnsafePointer<Float>, count: Int, maximum: Double
) -> (norm: Double, scale: Float) {
  let norm = rl_sum_of_squares(gradient, count).squareRoot()
  return (norm, Float(min(1, maximum / (norm + 1e-6))))
}
