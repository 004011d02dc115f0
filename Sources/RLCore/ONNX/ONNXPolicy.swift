import ONNX

/// A policy whose most likely actions ONNX's operators compute.
package protocol ONNXPolicy: Policy {
  /// Flags of a row of action masks; 0 for a policy that keeps to none.
  var onnxMaskWidth: Int { get }

  /// `observations [n, W]` are single precision, `masks [n, onnxMaskWidth]` flags, nil where there are none.
  func choice(
    on observations: ONNXValue, masks: ONNXValue?, in graph: ONNXGraph
  ) throws(ONNXError) -> ONNXChoice
}

/// What a policy chooses.
package struct ONNXChoice {
  /// `[n, A]`, as the environment takes them.
  package var actions: ONNXValue
  /// Whether these are of type int64; single precision if not.
  package var areIntegers: Bool
  /// What they are chosen by, single precision `[n, width]`.
  package var details: [(name: String, value: ONNXValue, width: Int)] = []
}
