import CKernels

/// The function that follows a dense layer's product and bias. Its names are those that settings have.
///
/// ```swift
/// print(Activation(rawValue: "relu") == .relu, Activation.allCases.count)  // true 6
/// ```
public enum Activation: String, Sendable, Hashable, CaseIterable, Codable {
  case identity
  case tanh
  case relu
  case sigmoid
  /// x Φ(x) (Hendrycks and Gimpel 2016), the exact form.
  case gelu
  /// x σ(x) (Elfwing et al. 2018).
  case silu

  /// Whether the way back needs what the activation was applied to; the others' slopes follow from their result.
  var needsInput: Bool { self == .gelu || self == .silu }
}
