import Fitting
import Formats
import Runs
import Settings
import Yams

extension AutopilotPlan {
  /// As `--plan-only` writes it.
  package func yaml() throws -> String {
    let encoder = YAMLEncoder()
    encoder.options = .init(indent: 2, width: 120, allowUnicode: true)
    return """
      # What 'rlrun autopilot' is about to do. Change what you know better, and run it with --plan. 'notes' change nothing.

      """
        + (try encoder.encode(self)).split(separator: "\n", omittingEmptySubsequences: false).map(Self.plainNumber)
        .joined(separator: "\n")
  }

  /// `test: 0.2`, where the encoder writes `test: 2e-1`.
  private static func plainNumber(_ line: Substring) -> String {
    let parts = line.split(separator: ": ", maxSplits: 1)
    guard parts.count == 2, !line.hasPrefix(" "), parts[1].contains("e+") || parts[1].contains("e-"),
      let number = Double(parts[1])
    else {
      return String(line)
    }
    return "\(parts[0]): \(shortest(number))"
  }

  /// Reads a plan. Throws a sentence with the place where it is not understood; `source` names the text.
  package init(yaml text: String, source: String) throws(AutopilotError) {
    let root: Node?
    do {
      root = try YAMLText.compose(text, source: source)
    } catch {
      throw AutopilotError("\(error.place): \(error.sentence)")
    }
    guard let root, let names = root.mapping?.keys.compactMap({ $0.scalar?.string }) else {
      throw AutopilotError("\(source): expected lines of 'name: value'")
    }
    let known = CodingKeys.allCases.map(\.rawValue)
    for name in names where !known.contains(name) {
      throw AutopilotError("\(source): a plan has no '\(name)'" + (didYouMean(name, among: known) ?? ""))
    }
    do {
      self = try YAMLDecoder().decode(Self.self, from: text)
    } catch let error as DecodingError {
      throw AutopilotError("\(source): " + Self.sentence(error))
    } catch {
      throw AutopilotError("\(source): malformed YAML")
    }
    try check(source)
  }

  private func check(_ source: String) throws(AutopilotError) {
    func refuse(_ reason: String) -> AutopilotError { AutopilotError("\(source): \(reason)") }
    _ = try JudgingMetric(of: self)
    if trials < 1 { throw refuse("'trials' is 1 or more, not \(trials)") }
    if folds < 2 { throw refuse("'folds' is 2 or more, not \(folds)") }
    if !(test == 0 || (0.001...0.9).contains(test)) { throw refuse("'test' is 0, or from 0.001 to 0.9, not \(test)") }
    if let seconds, !(seconds > 0) { throw refuse("'seconds' is above 0, not \(seconds)") }
    if let rows, rows < 10 { throw refuse("'rows' is 10 or more, not \(rows)") }
    do throws(ConfigurationError) {
      _ = try QuantileShares.checked(quantiles, for: task)
    } catch {
      throw refuse("\(error)")
    }
    if models.isEmpty { throw refuse("'models' names none") }
    if only?.isEmpty == true { throw refuse("'only' names no candidate: leave it out to try many") }
  }

  private static func sentence(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let names = context.codingPath.map(\.stringValue).filter { !$0.isEmpty }
      return names.isEmpty ? "" : "'\(names.joined(separator: " "))' "
    }
    switch error {
    case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return place(context) + "has a value that is not understood"
    @unknown default: return "it is not understood"
    }
  }
}
