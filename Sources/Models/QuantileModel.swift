import BLASBridge

/// A model of numbers that may know how the target is spread where a row lies, and not its mean alone.
package protocol QuantileModel: FittedModel {
  /// Whether what is needed for it was kept.
  var hasQuantiles: Bool { get }
  /// The quantiles of these shares, from 0 to 1 `[n, shares]`. Traps where nothing was kept for it.
  func quantiles(_ shares: [Double], of rows: Features) -> Matrix<Float>
}
