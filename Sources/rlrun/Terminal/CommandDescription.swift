import ArgumentParser
import Foundation

/// What a command says of itself, as ArgumentParser has it.
struct CommandDescription: Codable {
  var commandName: String
  var aliases: [String]?
  var abstract: String?
  var discussion: String?
  var shouldDisplay: Bool?
  var arguments: [Argument]?
  var subcommands: [CommandDescription]?

  /// The command, and its own commands as `data add`.
  var withSubcommands: [CommandDescription] {
    [self]
      + (subcommands ?? []).filter(\.isShown).map { subcommand in
        var subcommand = subcommand
        subcommand.commandName = "\(commandName) \(subcommand.commandName)"
        return subcommand
      }
  }

  var isShown: Bool { shouldDisplay ?? true && commandName != "help" }

  struct Argument: Codable {
    struct Name: Codable {
      var kind: String
      var name: String

      var written: String { (kind == "long" ? "--" : "-") + name }
    }
    /// `positional`, `option` or `flag`.
    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var discussion: String?
    var defaultValue: String?
    var allValues: [String]?
    var isOptional: Bool
    var isRepeating: Bool
    var shouldDisplay: Bool
  }

  private struct Tool: Decodable { var command: CommandDescription }

  init(of program: (some ParsableCommand).Type) throws {
    do {
      _ = try program.parseAsRoot(["--experimental-dump-help"])
      self.init(commandName: "")
    } catch {
      // Asked for it, the parser throws what it would print.
      self = try JSONDecoder().decode(Tool.self, from: Data(program.fullMessage(for: error).utf8)).command
    }
  }

  private init(commandName: String) { self.commandName = commandName }
}
