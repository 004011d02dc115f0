/// What kind of work a run is, a word in its log.
///
/// Anybody may have kinds of their own; a run of a kind that a program does not know is listed, compared and exported as
/// any other.
///
///     extension RunKind { static let simulation: RunKind = "simulation" }
public struct RunKind: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral word: String) { rawValue = word }
}
