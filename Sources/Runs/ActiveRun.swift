/// A run that this process holds, and that has work left: what resuming a run of whatever kind returns.
///
/// ```swift
/// import Tracker
///
/// func resume(_ id: String, in store: Store) throws {
///   let kind = try store.load(id).description.kind
///   let run = try RunKinds.configuration(of: kind)?.resume(id, budget: nil, threads: 1, in: store)
///   try run?.run(shouldStop: { false }, onProgress: { _ in }, onRemark: { print($0) })
/// }
/// ```
public protocol ActiveRun: AnyObject {
  var id: String { get }

  /// Does the rest of it, or until `shouldStop` says so, and finishes the log accordingly.
  ///
  /// `onRemark` gets a sentence about each action on a finding.
  func run(
    shouldStop: () -> Bool, onProgress: (RunProgress) -> Void, onRemark: (Remark) -> Void
  ) throws
}

/// How far a run is: what `onProgress` gets.
///
/// ```swift
/// let show = { (progress: RunProgress) in
///   print("\(progress.step) of \(progress.budget)", progress.figure.map { "\($0)" } ?? "")
/// }
/// ```
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
