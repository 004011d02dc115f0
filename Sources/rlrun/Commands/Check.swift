import ArgumentParser
import Debugger
import Environments
import RLCore

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check an environment against the laws that every environment must satisfy.",
    discussion: """
      Example:
        rlrun check FrozenLake-v1:is_slippery=false

      Random actions are played in several vectors of it, and each law is judged: held, broken, or not applicable. Exit
      status 1 where a law is broken. Custom environments are checked by EnvironmentLaw.violations(of:).
      """)

  @Argument(help: "The environment's id, with options as ENV:option=value.")
  var env: String

  @Option(help: "The seed of episodes and actions.")
  var seed: UInt64 = 20

  @Option(help: "Steps of a run (default: 700, or what the time limit needs, up to 2100).")
  var steps: Count?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let steps = try steps?.checked(30...1_000_000, "--steps")
    let verdicts = judge(try EnvironmentCatalogue.environment(env), steps: steps)
    let broken = verdicts.count { $0.verdict == .broken }
    if json {
      try printJSON(verdicts)
    } else {
      for verdict in verdicts {
        printPage("\(verdict.verdict.rawValue)  \(verdict.law): \(verdict.meaning)", hanging: 10)
        if let evidence = verdict.evidence { printPage("          \(evidence)") }
      }
      let held = verdicts.count { $0.verdict == .held }
      printPage("\(env): \(held) laws held, \(broken) broken, \(verdicts.count - held - broken) not applicable")
    }
    if broken > 0 { throw ExitCode(1) }
  }

  private struct Verdict: Encodable {
    enum Kind: String, Encodable {
      case held = "held    "
      case broken = "BROKEN  "
      case notApplicable = "–       "

      func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(self)")
      }
    }
    var law: String
    var meaning: String
    var verdict: Kind
    var evidence: String?
  }

  private func judge(_ world: some Environment, steps: Int?) -> [Verdict] {
    let violations = EnvironmentLaw.violations(of: world, seed: seed, steps: steps)
    return EnvironmentLaw.allCases.map { law in
      let violation = violations.first { $0.law == law }
      let kind: Verdict.Kind = violation != nil ? .broken : law.applies(to: world) ? .held : .notApplicable
      return Verdict(law: law.name, meaning: law.rawValue, verdict: kind, evidence: violation?.evidence)
    }
  }
}
