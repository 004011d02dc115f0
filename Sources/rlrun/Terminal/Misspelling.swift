import ArgumentParser
import Settings
import Telemetry

/// What a command line that was not understood most probably meant.
struct Misspelling {
  /// Without the program's name.
  private let arguments: [String]

  init(in arguments: [String]) { self.arguments = arguments }

  /// A sentence about a command that there is not; nil where the first words are one.
  var command: String? {
    guard let word = arguments.first, !word.hasPrefix("-"), word != "help" else { return nil }
    guard let command = Self.command(named: word) else {
      let guess = didYouMean(word, among: Self.commands.map { $0._commandName }) ?? "; 'rlrun --help' lists them"
      return "there is no command '\(word)'\(guess)"
    }
    let names = command.configuration.subcommands.map { $0._commandName }
    guard !names.isEmpty, let next = arguments.dropFirst().first, !next.hasPrefix("-"), !names.contains(next) else {
      return nil
    }
    let guess = didYouMean("\(word) \(next)", among: names.map { "\(word) \($0)" })
    return "there is no command '\(word) \(next)'\(guess ?? "; 'rlrun \(word) --help' lists them")"
  }

  /// `message`, ArgumentParser's, with the nearest option or value where it names none.
  func completing(_ message: String) -> String {
    guard !message.contains("Did you mean"), let found = option(in: message) ?? value(in: message),
      let nearest = nearest(to: found.word, in: found.candidates)
    else { return message }
    let phrase = found.phrase.hasSuffix(".") ? found.phrase : found.phrase + "."
    return message.replacing(found.phrase, with: "\(phrase) Did you mean '\(nearest)'?", maxReplacements: 1)
  }

  /// What is misspelt, what it could be, and the phrase that says so.
  private typealias Finding = (word: String, candidates: [String], phrase: Substring)

  private func option(in message: String) -> Finding? {
    guard let name = arguments.first, let found = Self.command(named: name),
      let match = message.firstMatch(of: /Unknown option '(--[^']+)'\.?/)
    else { return nil }
    let own = found.configuration.subcommands.first { $0._commandName == arguments.dropFirst().first }
    let command = own ?? found
    let options = command.helpMessage().matches(of: /--[a-z][a-z-]*/).map { String($0.output) }
    return (String(match.1), Set(options).sorted(), match.0)
  }

  private func value(in message: String) -> Finding? {
    guard let match = message.firstMatch(of: /The value '([^']*)' is invalid for '[^']*'\.?/),
      let list = message.firstMatch(of: /Please provide one of[^']*((?:.|\n)*)/)
    else { return nil }
    let names = list.0.matches(of: /'([^']+)'|- (\S+)/).map { String($0.1 ?? $0.2 ?? "") }
    return (String(match.1), names, match.0)
  }

  private static func command(named name: String) -> (any ParsableCommand.Type)? {
    commands.first { $0._commandName == name || $0.configuration.aliases.contains(name) }
  }

  private static let commands =
    RLRun.configuration.subcommands + RLRun.configuration.groupedSubcommands.flatMap(\.subcommands)
}
