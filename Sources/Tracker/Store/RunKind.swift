/// What kind of work a run is, a word in its log. Name a kind of your own for runs that are neither trainings nor fits; a
/// program that does not know it lists, compares and exports the run as any other.
///
/// ```swift
/// extension RunKind { static let simulation: RunKind = "simulation" }
///
/// func simulations(in store: Store) throws -> [RunRecord] {
///   try store.runs().filter { $0.description.kind == .simulation }
/// }
/// ```
public struct RunKind: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral word: String) { rawValue = word }

  /// Settings were tried, each trial a run of its own, which is deleted with it.
  package static let search: RunKind = "search"
  /// A table was understood, candidates were tried, and one of them or several answer.
  package static let autopilot: RunKind = "autopilot"
}
