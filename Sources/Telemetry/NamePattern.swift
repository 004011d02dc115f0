/// A pattern of names: `*` stands for any characters or none, `?` for one character, all else for itself. Use it wherever
/// several metrics, tensors, experiments or fields can be named at once: what rules watch, `--when`, `--watch`, `--experiment`,
/// `--columns`, and `GLOB` in `--where`.
///
/// ```swift
/// print(NamePattern("weights/*").matches("weights/policy.0"))  // true
/// print(NamePattern("updates/*/ratio").subject(of: "updates/q.0/ratio") ?? "")  // q.0
/// ```
public struct NamePattern: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// As it was written.
  public let description: String
  /// What stands between the stars, at least one.
  private let segments: [[Element]]
  /// The characters before the first `*` or `?`.
  private let prefix: String

  private enum Element: Sendable, Hashable {
    case character(Character)
    case any
  }

  /// Every text is a pattern; one without `*` and `?` is a single name.
  public init(_ pattern: String) { self.init(pattern, star: "*", any: "?") }

  /// A pattern of SQL's LIKE: `%` is the star and `_` is any one character.
  package init(like pattern: String) { self.init(pattern, star: "%", any: "_") }

  public init(stringLiteral pattern: String) { self.init(pattern) }

  /// The pattern of one metric.
  package static func metric(_ metric: Metric) -> NamePattern { NamePattern(metric.name) }

  private init(_ pattern: String, star: Character, any: Character) {
    description = pattern
    prefix = String(pattern.prefix { $0 != star && $0 != any })
    let parts = pattern.split(separator: star, omittingEmptySubsequences: false)
    // Stars side by side are one.
    segments = parts.enumerated().filter { $0.offset == 0 || $0.offset == parts.count - 1 || !$0.element.isEmpty }
      .map { $0.element.map { $0 == any ? .any : .character($0) } }
  }

  /// Whether it is the name of one thing only, without `*` and `?`.
  public var isName: Bool { prefix.utf8.count == description.utf8.count }

  public func matches(_ name: String) -> Bool { firstStar(in: name) != nil }

  /// What the first star stands for, the shortest where several do, or nothing in a pattern without a star; nil where the
  /// name does not match, or the star would stand for nothing.
  public func subject(of name: String) -> String? {
    guard let star = firstStar(in: name) else { return nil }
    return star.isEmpty && segments.count > 1 ? nil : String(star)
  }

  public func subject(of metric: Metric) -> String? { subject(of: metric.name) }

  /// What the first star stands for, empty without one; nil where the name does not match. The leftmost place of each
  /// segment is the right one, so that no pattern takes long.
  private func firstStar(in name: String) -> ArraySlice<Character>? {
    if isName { return name == description ? [] : nil }
    // Most names differ early.
    guard name.hasPrefix(prefix) else { return nil }
    let characters = Array(name)
    func matches(_ segment: [Element], at place: Int) -> Bool {
      for (offset, element) in segment.enumerated() {
        if case .character(let character) = element, characters[place + offset] != character { return false }
      }
      return true
    }
    let (first, last) = (segments[0], segments[segments.count - 1])
    if segments.count == 1 { return characters.count == first.count && matches(first, at: 0) ? [] : nil }
    let end = characters.count - last.count
    guard first.count <= end, matches(first, at: 0), matches(last, at: end) else { return nil }
    var place = first.count
    var star: ArraySlice<Character>?
    for segment in segments[1..<segments.count - 1] {
      guard place <= end - segment.count,
        let found = (place...end - segment.count).first(where: { matches(segment, at: $0) })
      else { return nil }
      if star == nil { star = characters[place..<found] }
      place = found + segment.count
    }
    return star ?? characters[place..<end]
  }
}
