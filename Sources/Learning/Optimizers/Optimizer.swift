/// Moves parameters along a gradient; one loop over one flat buffer. ``Adam``, ``RMSProp`` and ``SGD`` are optimizers; one of
/// your own is stepped by an ``Updater`` like these.
///
/// ```swift
/// final class SignDescent: Optimizer {
///   let count: Int
///   init(parameterCount: Int) { count = parameterCount }
///
///   func update(
///     _ parameters: UnsafeMutablePointer<Float>, along gradient: UnsafePointer<Float>, learningRate: Double, scale: Float
///   ) {
///     for i in 0..<count { parameters[i] -= Float(learningRate) * (gradient[i] < 0 ? -1 : 1) }
///   }
///   func save(into checkpoint: inout Checkpoint, as name: String) {}
///   func load(from checkpoint: Checkpoint, as name: String) {}
/// }
/// ```
public protocol Optimizer: AnyObject {
  /// One update. The gradient is multiplied by `scale` (for clipping) on the way.
  func update(
    _ parameters: UnsafeMutablePointer<Float>, along gradient: UnsafePointer<Float>, learningRate: Double, scale: Float)

  /// Adds what decides the following updates, under names that start with `name`.
  func save(into checkpoint: inout Checkpoint, as name: String)
  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  func load(from checkpoint: Checkpoint, as name: String) throws
}
