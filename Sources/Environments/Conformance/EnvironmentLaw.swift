import RLCore

/// The laws that every environment keeps, whoever wrote it. Check an environment of your own in a test, before you train in it.
///
/// ```swift
/// import RLCore
///
/// func check(_ environment: some Environment) {
///   for violation in EnvironmentLaw.violations(of: environment) { print(violation) }
/// }
/// ```
///
/// The laws are tried on episodes of random actions; nothing is drawn but from `seed`, so a result is repeatable.
public enum EnvironmentLaw: String, Sendable, CaseIterable {
  case specification = "the id, the spaces and the limits that an environment states are sound"
  case spaces = "every observation, first, later or final, is written whole and lies in the observation space"
  case finite = "every observation and every reward is a finite number"
  case cleanReset = "after a reset every reward is 0 and every ending is none"
  case determinism = "equal seeds and actions give equal columns, however the vector was used before"
  case seeding = "environment i of a reset with seed s plays what a single one plays from seed s + i"
  case variety = "different seeds give different episodes, unless the rules draw nothing"
  case limits = "an episode is cut at its limit and nowhere else"
  case rules = "a vector gives what its rules give when stepped one by one"
  case values = "a copied state does not change when the original is stepped"
  case snapshot = "a vector restored from a snapshot continues like the one it was taken from"
  case autoReset = "each mode of auto-reset plays the same episodes and starts them when it says"
  case threads = "the number of threads changes nothing"
  case masks = "action masks are those of the states observed, and leave something to choose"
  case model = "the table of transitions holds what happens, with probabilities that add up to 1"

  /// One word for it: `limits`.
  public var name: String { "\(self)" }

  /// Whether the law says anything about `environment`: not about masks if there are none, nor about a table.
  public func applies(to environment: some Environment) -> Bool {
    switch self {
    case .masks: environment.specification.masksActions
    case .model: environment is any TabularModel
    default: true
    }
  }
}

/// A law that an environment breaks, and what shows it.
///
/// ```swift
/// let violation = Violation(law: .limits, evidence: "episode 3 had 201 steps")
/// print(violation.law.name, violation.evidence)  // limits episode 3 had 201 steps
/// ```
public struct Violation: Sendable, Hashable, CustomStringConvertible {
  public var law: EnvironmentLaw
  /// Where, and what was found.
  public var evidence: String

  public init(law: EnvironmentLaw, evidence: String) {
    self.law = law
    self.evidence = evidence
  }

  /// A sentence.
  public var description: String { "\(evidence), against the law '\(law.name)': \(law.rawValue)" }
}

extension EnvironmentLaw {
  /// Makes vectors of the environment on trial: so many environments, with this auto-reset, stepped by so many threads.
  public typealias VectorMaker = (_ environmentCount: Int, _ autoReset: AutoReset, _ threads: Int) ->
    any VectorEnvironment

  /// The laws that an environment breaks, each at most once, in the order of `allCases`.
  ///
  /// `steps`: how many a run has; by default 700, or as many as are needed to meet the time limit, up to 2,100.
  public static func violations<World: Environment>(
    of environment: World, seed: UInt64 = 20, steps: Int? = nil
  ) -> [Violation] {
    violations(of: environment, seed: seed, steps: steps) {
      EnvironmentVector(environment, count: $0, autoReset: $1, threads: $2)
    }
  }

  /// The same for vectors of `environment` that are made in a way of their own.
  public static func violations<World: Environment>(
    of environment: World, seed: UInt64 = 20, steps: Int? = nil, vector: @escaping VectorMaker
  ) -> [Violation] {
    // With spaces that are not sound there is nothing to draw actions from.
    if let flaw = environment.specification.flaw {
      return [Violation(law: .specification, evidence: "\(environment.specification.id): \(flaw)")]
    }
    let steps = steps ?? min(max(700, (environment.specification.timeLimit ?? 0) + 50), 2_100)
    let trial = ConformanceTrial(environment: environment, seed: seed, steps: steps, vector: vector)
    let found = [
      trial.columnViolations(), trial.repetitionViolations(), trial.ruleViolations(), trial.modeViolations(),
      trial.modelViolations(),
    ].joined()
    return allCases.compactMap { law in found.first { $0.law == law } }
  }
}

/// An environment on trial.
struct ConformanceTrial<World: Environment> {
  let environment: World
  let seed: UInt64
  let steps: Int
  let vector: EnvironmentLaw.VectorMaker

  var specification: EnvironmentSpecification { environment.specification }

  /// The environments of the vectors that laws about several environments look at.
  var environmentCount: Int { 3 }

  func makeVector(_ environmentCount: Int? = nil, _ autoReset: AutoReset = .sameStep, threads: Int = 1)
    -> any VectorEnvironment
  {
    vector(environmentCount ?? self.environmentCount, autoReset, threads)
  }

  func violation(_ law: EnvironmentLaw, _ evidence: String) -> Violation {
    Violation(law: law, evidence: "\(specification.id), seed \(seed), \(evidence)")
  }

  /// nil where the recordings are equal.
  func violation(_ law: EnvironmentLaw, _ found: Recording, _ expected: Recording, _ what: String) -> Violation? {
    found.difference(from: expected).map { violation(law, "\(what): \($0)") }
  }
}
