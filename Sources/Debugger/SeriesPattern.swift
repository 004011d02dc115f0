import Telemetry

/// The names of some series: one name, or those of a kind with one star for a layer or a class, `updates/*/ratio`.
public struct SeriesPattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  public let description: String
  private let prefix: String
  /// nil without a star.
  private let suffix: String?

  /// A second star is a character like any other.
  public init(_ pattern: String) {
    description = pattern
    let parts = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    prefix = String(parts[0])
    suffix = parts.count == 2 ? String(parts[1]) : nil
  }

  public init(stringLiteral pattern: String) { self.init(pattern) }

  /// What the star stands for, or nothing without a star; nil where the name is another.
  public func subject(of metric: Metric) -> String? {
    let name = metric.name
    guard let suffix else { return name == prefix ? "" : nil }
    guard name.utf8.count > prefix.utf8.count + suffix.utf8.count, name.hasPrefix(prefix), name.hasSuffix(suffix)
    else { return nil }
    return String(name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count))
  }
}
