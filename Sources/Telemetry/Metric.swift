/// The name of a recorded series, as the field writes it: `rollout/ep_rew_mean`, `train/approx_kl`.
public struct Metric: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  public let name: String

  public init(_ name: String) { self.name = name }
  public init(stringLiteral name: String) { self.name = name }

  public var description: String { name }

  /// Whether it tells of the machine and the clock, `time/…` and `system/…`: what a run again does not repeat.
  package var isOfTime: Bool { name.hasPrefix("time/") || name.hasPrefix("system/") }
}
