import ArgumentParser
import Foundation
import Testing

@testable import rlrun

/// Every option that takes a number takes a negative one, written after a blank: what it is worth is for the command to say.
@Suite struct NegativeNumberTests {
  private struct Help: Decodable {
    struct Command: Decodable {
      var commandName: String
      var subcommands: [Command]?
      var arguments: [Argument]?
    }
    struct Argument: Decodable {
      struct Name: Decodable {
        var kind: String
        var name: String
      }
      var kind: String
      var isOptional: Bool
      var names: [Name]?
    }
    var command: Command
  }

  /// Every option of every command that takes a value, after the words that the command needs, as `train a` and `--steps`.
  private static let options: [(command: [String], option: String)] = {
    let help = try! JSONDecoder().decode(Help.self, from: Data(RLRun._dumpHelp().utf8))
    return (help.command.subcommands ?? []).flatMap { command -> [(command: [String], option: String)] in
      let arguments = command.arguments ?? []
      let words = arguments.filter { $0.kind == "positional" && !$0.isOptional }.map { _ in "a" }
      let needed = command.commandName == "fit" ? ["--model", "mlp"] : []
      let line: [String] = [command.commandName] + words + needed
      var options: [(command: [String], option: String)] = []
      for argument in arguments where argument.kind == "option" {
        for name in argument.names ?? [] {
          options.append((line, (name.kind == "long" ? "--" : "-") + name.name))
        }
      }
      return options
    }
  }()

  /// What the parser says of the arguments; nil where it takes them.
  private func complaint(_ arguments: [String]) -> String? {
    do {
      _ = try RLRun.parseAsRoot(joiningNegativeNumbers(arguments))
      return nil
    } catch {
      return RLRun.fullMessage(for: error)
    }
  }

  @Test func `no option says that its value is missing`() {
    #expect(Self.options.count > 80)
    for (command, option) in Self.options {
      for number in ["-1.5", "-.5", "-1e3", "-inf", "-100k"] {
        #expect(joiningNegativeNumbers(command + [option, number]).last == "\(option)=\(number)")
      }
      let arguments = command + [option, "-200"]
      let complaint = complaint(arguments) ?? ""
      #expect(!complaint.contains("Missing value"), "\(arguments.joined(separator: " ")): \(complaint)")
      #expect(!complaint.contains("Unknown option"), "\(arguments.joined(separator: " ")): \(complaint)")
      // What is out of range is named with its option.
      if complaint.contains("is invalid") { #expect(complaint.contains("-200") && complaint.contains(option)) }
    }
  }

  @Test func `a negative reward to stop at is taken`() throws {
    let arguments = ["train", "Pendulum-v1", "--stop-reward", "-200", "--steps", "1000"]
    let train = try #require(try RLRun.parseAsRoot(joiningNegativeNumbers(arguments)) as? Train)
    #expect(train.stopReward == -200 && train.steps?.value == 1_000)
  }

  @Test(arguments: [
    (["--a", "-1"], ["--a=-1"]), (["-n", "-5"], ["-n=-5"]), (["--a=2", "-1"], ["--a=2", "-1"]),
    (["--a", "--b", "-1"], ["--a", "--b=-1"]), (["x=-1", "-1"], ["x=-1", "-1"]), (["--a", "-x"], ["--a", "-x"]),
    (["--", "--a", "-1"], ["--", "--a", "-1"]), (["--a", "-"], ["--a", "-"]), ([], []),
  ])
  func `only a number after an option is joined to it`(arguments: [String], expected: [String]) {
    #expect(joiningNegativeNumbers(arguments) == expected)
  }

  @Test func `what is out of range is one sentence`() throws {
    let workplace = try Workplace()
    for (option, value) in [("--steps", "-5"), ("--patience", "-2"), ("--envs", "-3"), ("--stop-reward", "-inf")] {
      let result = try workplace.rlrun("train", "CartPole-v1", option, value, "--dry-run")
      #expect(result.status == 2 && result.errors.contains(value), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }
    let page = try workplace.rlrun("train", "CartPole-v1", "--stop-reward", "-200", "--dry-run")
    #expect(page.status == 0, "\(page.errors)")
  }
}
