/// One entry of a list in YAML: the name of what is to be done, and what it needs.
///
///     - range: {column: age, least: 0, most: 120}
package protocol PlanEntry: Codable, Hashable, Sendable {
  associatedtype CodingKeys: CodingKey & CaseIterable
  static var name: String { get }
  /// What it does, in a line.
  static var summary: String { get }
}

extension PlanEntry {
  /// The names of what it needs or may have.
  package static var fields: [String] { CodingKeys.allCases.map(\.stringValue) }
}
