import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import rlrun

/// Any words after any command: help, a sentence, or a command; in process, so that a trap is this test's.
@Suite struct OptionFuzzTests {
  private static let commands = RLRun.configuration.groupedSubcommands.flatMap(\.subcommands)

  /// What is not an option, and what options are given.
  private static let words =
    Fuzz.numbers + [
      "latest", "CartPole-v1", "CartPole-v1:time_limit=1e9", "ppo", "Trian", "é\u{0301}", "\u{1B}[31m", "\0", "a=b",
      "=", "a=",
      "gamma=1e999", "net_arch=[1000000000]", "n_steps=1e18", "buffer_size=1e18", "1-99999", "5-1", "1,2,3",
      "any=rewind",
      "error=run:true", "warning=rewind:learning_rate*1e308", "all", "Overfit.patience=1e18", "30s", "1e308h", "-5m",
      "train/loss > 1e999 for 99999999999999999999 points", "gamma > 0.9 and (", "weights/*", "*", "--", "-",
      "params.gamma",
    ]

  private static func arguments(_ fuzz: inout Fuzz, options: [String]) -> [String] {
    (0..<fuzz.below(7)).map { _ in
      switch fuzz.below(6) {
      case 0: fuzz.one(of: options)
      case 1: fuzz.one(of: options) + "=" + fuzz.one(of: words)
      case 2: fuzz.changed(fuzz.one(of: options), words: words)
      case 3: fuzz.changed(fuzz.one(of: words), words: words)
      default: fuzz.one(of: words)
      }
    }
  }

  @Test(arguments: OptionFuzzTests.commands.map { $0._commandName })
  func `any words after a command are help, a sentence or a command`(name: String) throws {
    let command = try #require(Self.commands.first { $0._commandName == name })
    let options = Array(Set(command.helpMessage().matches(of: /--?[a-z][a-z-]*/).map { String($0.output) })).sorted()
    var fuzz = Fuzz(seed: 61)
    for _ in 0..<Fuzz.rounds {
      let arguments = [name] + Self.arguments(&fuzz, options: options.filter { !$0.contains("completion") })
      do {
        let parsed = try RLRun.parseAsRoot(arguments)
        try Self.resolve(parsed)
      } catch {
        if let failure = Failure(error) {
          #expect(!failure.sentence.isEmpty && failure.status > 0, "\(arguments)")
        } else {
          let message = Misspelling(in: arguments).completing(RLRun.fullMessage(for: error))
          #expect(!message.isEmpty || RLRun.exitCode(for: error).isSuccess, "\(arguments)")
        }
      }
    }
  }

  /// What a command makes of its options before it does anything.
  private static func resolve(_ command: any ParsableCommand) throws {
    switch command {
    case let train as Train: try train.resolve().check(trainings: 3)
    case let fit as Fit:
      _ = try fit.watch.resolve()
      _ = try fit.actions.resolve()
    case let debug as Debug: _ = try debug.ruleOptions.settings
    default: break
    }
  }

  @Test func `any first word is a command or a sentence that suggests one`() {
    var fuzz = Fuzz(seed: 62)
    let names = Self.commands.map { $0._commandName }
    for _ in 0..<Fuzz.rounds {
      let word = fuzz.changed(fuzz.one(of: names), words: Self.words)
      if let sentence = Misspelling(in: [word]).command { #expect(sentence.hasPrefix("there is no command '\(word)'")) }
    }
  }
}
