import Formats
import Settings
import Telemetry

/// Something about an environment that can be chosen.
package struct EnvironmentOption: Sendable, Hashable {
  package let name: String
  package let meaning: String
  let kind: Kind

  /// What an option takes, and its default.
  enum Kind: Sendable, Hashable {
    case flag(Bool)
    case integer(Int, in: ClosedRange<Int>)
    case number(Double, in: ClosedRange<Double>)
    case choice(String, of: [String])
    /// Any text without a comma; the environment says what is wrong with it.
    case text(String)
    /// Two numbers as `low..high`, either infinite.
    case interval(ClosedRange<Double>)
    /// The path of a file; none by default.
    case path
  }

  init(_ name: String, _ kind: Kind, _ meaning: String) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
  }

  /// As a user would write it.
  package var defaultValue: String {
    switch kind {
    case .flag(let value): "\(value)"
    case .integer(let value, _): "\(value)"
    case .number(let value, _): shortest(value)
    case .choice(let value, _), .text(let value): value
    case .interval(let value): Self.written(value)
    case .path: ""
    }
  }

  /// What it takes, in words.
  package var accepts: String {
    switch kind {
    case .flag: "true or false"
    case .integer(_, let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(_, let range): "a number from \(shortest(range.lowerBound)) to \(shortest(range.upperBound))"
    case .choice(_, let names): names.joined(separator: " or ")
    case .text: "a text"
    case .interval: "two numbers as low..high, -inf and inf among them"
    case .path: "a file"
    }
  }

  /// A value in the one form it is written in, or nil for what the option does not take.
  func canonical(_ text: String) -> String? {
    switch kind {
    case .flag: Bool(text).map { "\($0)" }
    case .integer(_, let range): Int(text).flatMap { range.contains($0) ? "\($0)" : nil }
    case .number(_, let range): Double(text).flatMap { range.contains($0) ? shortest($0) : nil }
    case .choice(_, let names): names.contains(text) ? text : nil
    case .text: text.isEmpty ? nil : text
    case .path: text
    case .interval: Self.interval(text).map(Self.written)
    }
  }

  fileprivate static func interval(_ text: String) -> ClosedRange<Double>? {
    let bounds = text.split(separator: "..", omittingEmptySubsequences: false).map { Double($0) }
    guard bounds.count == 2, let low = bounds[0], let high = bounds[1], low <= high else { return nil }
    return low...high
  }

  private static func written(_ interval: ClosedRange<Double>) -> String {
    "\(shortest(interval.lowerBound))..\(shortest(interval.upperBound))"
  }
}

/// The options a user chose for an environment, `name=value,name=value`, over the defaults: the entry's own, and those
/// of the wrappers that every environment can have.
struct EnvironmentOptions: Sendable {
  /// The id, with the entry's options that differ from their defaults in the entry's order; wrappers add theirs. So
  /// equal environments have equal ids.
  let id: String
  private let values: [String: String]

  init(_ text: String, for entry: EnvironmentEntry) throws(EnvironmentError) {
    let options = entry.options + EnvironmentCatalogue.wrapperOptions
    var chosen: [String: String] = [:]
    if !text.isEmpty {
      for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
          throw EnvironmentError("'\(pair)' is not of the form option=value in '\(entry.id):\(text)'")
        }
        guard let option = options.first(where: { $0.name == parts[0] }) else {
          let wrappers = EnvironmentCatalogue.wrapperOptions.map(\.name).joined(separator: ", ")
          let own = entry.options.isEmpty ? "none of its own" : entry.options.map(\.name).joined(separator: ", ")
          let rest =
            didYouMean(parts[0], among: options.map(\.name)) ?? "; it has \(own), and those of wrappers: \(wrappers)"
          throw EnvironmentError("\(entry.id) has no option '\(parts[0])'\(rest)")
        }
        guard let value = option.canonical(parts[1]) else {
          throw EnvironmentError("\(entry.id): '\(option.name)' takes \(option.accepts), not '\(parts[1])'")
        }
        guard chosen.updateValue(value, forKey: option.name) == nil else {
          throw EnvironmentError("\(entry.id): '\(option.name)' is given twice")
        }
      }
    }
    let changed = entry.options.filter { option in chosen[option.name].map { $0 != option.defaultValue } ?? false }
    let suffix = changed.map { "\($0.name)=\(chosen[$0.name]!)" }.joined(separator: ",")
    id = suffix.isEmpty ? entry.id : "\(entry.id):\(suffix)"
    values = Dictionary(uniqueKeysWithValues: options.map { ($0.name, chosen[$0.name] ?? $0.defaultValue) })
  }

  // The value of an option. Each traps for an option that the entry does not list with this kind.

  func flag(_ name: String) -> Bool { Bool(values[name]!)! }
  func integer(_ name: String) -> Int { Int(values[name]!)! }
  func number(_ name: String) -> Double { Double(values[name]!)! }
  func text(_ name: String) -> String { values[name]! }
  func interval(_ name: String) -> ClosedRange<Double> { EnvironmentOption.interval(values[name]!)! }
  /// nil where none is given.
  func path(_ name: String) -> String? { values[name]!.isEmpty ? nil : values[name]! }
}
