/// A run that this process holds, and that has work left.
public protocol ActiveRun: AnyObject {
  var id: String { get }

  /// Does the rest of it, or until `shouldStop` says so, and finishes the log accordingly.
  ///
  /// `onRemark` is told in a sentence what is done about findings.
  func run(
    shouldStop: () -> Bool, onProgress: (RunProgress) -> Void, onRemark: (Remark) -> Void
  ) throws
}

/// How far a run is.
public struct RunProgress: Sendable, Hashable {
  /// In the kind's unit.
  public var step: Int
  /// At most.
  public var budget: Int
  /// How well it does, where that is known: a return, a loss.
  public var figure: Double?

  public init(step: Int, budget: Int, figure: Double? = nil) {
    (self.step, self.budget, self.figure) = (step, budget, figure)
  }
}
