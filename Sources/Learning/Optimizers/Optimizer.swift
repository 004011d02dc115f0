/// Moves parameters along a gradient; one loop over one flat buffer.
public protocol Optimizer: AnyObject {
  /// One update. The gradient is multiplied by `scale` (for clipping) on the way.
  func update(
    _ parameters: UnsafeMutablePointer<Float>, along gradient: UnsafePointer<Float>, learningRate: Double, scale: Float)

  /// Adds what decides the following updates, under names that start with `name`.
  func save(into checkpoint: inout Checkpoint, as name: String)
  /// Loads what `save` wrote. Throws `CheckpointError` where it does not fit.
  func load(from checkpoint: Checkpoint, as name: String) throws
}
