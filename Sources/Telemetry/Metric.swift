/// The name of a recorded series, as the field writes it: `rollout/ep_rew_mean`, `train/approx_kl`. A string literal is one;
/// spell a metric that you use twice once, as a constant.
///
/// ```swift
/// extension Metric { static let temperature: Metric = "room/temperature" }
/// func report(_ celsius: Double, step: Int, to sink: any MetricSink) {
///   sink.record(.temperature, celsius, step: step)
/// }
/// ```
public struct Metric: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  public let name: String

  public init(_ name: String) { self.name = name }
  public init(stringLiteral name: String) { self.name = name }

  public var description: String { name }

  /// Whether lower values are better: losses and errors, by the last part of the name.
  package var isMinimized: Bool {
    let last = name.split(separator: "/").last ?? ""
    return Self.minimized.contains(String(last)) || last.hasSuffix("_loss") || last.hasSuffix("_error")
  }

  private static let minimized: Set<String> = [
    "loss", "error", "mse", "rmse", "mae", "mape", "inertia", "mean_squared_distance", "perplexity",
    "brier_score", "ece", "cost",
  ]

  /// Whether it tells of the machine and the clock, `time/…` and `system/…`: what a run again does not repeat.
  package var isOfTime: Bool { name.hasPrefix("time/") || isOfSystem }
}
