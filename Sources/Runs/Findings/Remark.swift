import Telemetry

/// What is to be reported while a run goes on: a sentence, and the finding that it is about where it only tells of one. `onRemark`
/// of a run gets them.
///
/// ```swift
/// func show(_ remark: Remark) {
///   print(remark.finding == nil ? "action: \(remark)" : "finding: \(remark)")
/// }
/// show("stopped at step 100")  // action: stopped at step 100
/// ```
public struct Remark: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringInterpolation {
  public var description: String
  public var finding: Finding?

  public init(_ description: String) { self.description = description }
  public init(stringLiteral description: String) { self.description = description }

  /// `warning: ApproxKLSpike at step 2048: train/approx_kl is 1.3`
  init(warningOf finding: Finding) {
    description = "\(finding.severity.rawValue): \(finding.rule) at step \(finding.step): \(finding.evidence)"
    self.finding = finding
  }
}
