import Formats
import MuJoCo
import PythonEnvironments
import RLCore
import Settings
import Synchronization

/// The environments of this library, and those that a program registers, by their ids. Use it to make environments for training
/// or evaluation, and to register your own.
///
/// ```swift
/// let environments = try EnvironmentCatalogue.make("FrozenLake-v1:is_slippery=false", count: 4)
/// print(environments.specification.actionSpace, environments.count)  // Discrete(4) 4
/// print(EnvironmentCatalogue.all.contains { $0.id == "LunarLander-v3" })  // true
/// ```
///
/// A new environment of this library is its file and an entry in the list of its folder.
public enum EnvironmentCatalogue {
  public static let builtIn: [EnvironmentEntry] = classicControl + toyText + box2D + muJoCo + textbook + goals + probes

  /// With those that this program has registered.
  public static var all: [EnvironmentEntry] { builtIn + registered.withLock { $0 } }

  /// `count` environments, by their id with options: `CartPole-v1`, `CartPole-v1:sutton_barto_reward=true`.
  ///
  /// With `threads` above 1 as many threads step a share of the environments each, with the same results; that pays for
  /// environments whose step takes microseconds. Throws `EnvironmentError` for an unknown id, an unknown option or a value an
  /// option does not take.
  public static func make(
    _ id: String, count: Int, autoReset: AutoReset = .sameStep, threads: Int = 1
  ) throws(EnvironmentError) -> any VectorEnvironment {
    try make(id, count: count, autoReset: autoReset, threads: threads, python: PythonSettings())
  }

  /// As above; `python` says how environments in Python are run.
  package static func make(
    _ id: String, count: Int, autoReset: AutoReset = .sameStep, threads: Int = 1, python: PythonSettings
  ) throws(EnvironmentError) -> any VectorEnvironment {
    func vector(_ environment: some Environment) -> any VectorEnvironment {
      EnvironmentVector(environment, count: count, autoReset: autoReset, threads: threads)
    }
    let found = try find(id)
    switch found.place {
    case .here(let entry):
      let environment = try wrap(try entry.prepared(found.options), found.options)
      return try wrap(vector(environment), found.options)
    case .python(let reference):
      let vector = try pythonVector(reference, found.options, count: count, autoReset: autoReset, python)
      return try wrap(wrapEach(vector, found.options), found.options)
    case .lent: return try lentVector(id, count: count)
    }
  }

  /// What is fixed about an environment, whether or not there is all that playing it needs. Throws as `make` does.
  public static func specification(_ id: String) throws(EnvironmentError) -> EnvironmentSpecification {
    try specification(id, python: PythonSettings())
  }

  package static func specification(
    _ id: String, python: PythonSettings
  ) throws(EnvironmentError) -> EnvironmentSpecification {
    try described(id, python: python).specification
  }

  /// An environment to ask about, not to step: what it needs beyond the program may be missing.
  package static func described(
    _ id: String, python: PythonSettings = PythonSettings()
  ) throws(EnvironmentError) -> any VectorEnvironment {
    func vector(_ environment: some Environment) -> any VectorEnvironment { EnvironmentVector(environment, count: 1) }
    let found = try find(id)
    switch found.place {
    case .here(let entry):
      let environment = try wrap(try entry.build(found.options), found.options)
      return try wrap(vector(environment), found.options)
    case .python(let reference):
      let vector = DescribedVector(try pythonSpecification(reference, found.options, python))
      return try wrap(wrapEach(vector, found.options), found.options)
    case .lent: return DescribedVector(try lentSpecification(id))
    }
  }

  /// One environment, to be stepped by hand. Throws as `make` does, and for wrappers of whole vectors.
  public static func environment(_ text: String) throws(EnvironmentError) -> any Environment {
    let found = try find(text)
    guard case .here(let entry) = found.place else {
      throw EnvironmentError("\(text) is stepped by Python, and this is for environments in Swift")
    }
    let environment = try wrap(try entry.prepared(found.options), found.options)
    if let name = vectorWrapper(in: found.options) {
      throw EnvironmentError(
        "\(environment.specification.id): '\(name)' is for vectors of environments, not for one environment")
    }
    return environment
  }

  /// Where an environment comes from, and its options.
  struct Found {
    enum Place {
      case here(EnvironmentEntry)
      case python(PythonReference)
      /// An object of the program around this library.
      case lent
    }
    let place: Place
    /// Of an environment elsewhere, those of wrappers only.
    let options: EnvironmentOptions
  }

  /// Understands an id with options. The only place that knows where environments can come from.
  private static func find(_ text: String) throws(EnvironmentError) -> Found {
    if let rest = afterScheme(text) { return try findPython(rest) }
    if isLent(text) { return Found(place: .lent, options: try EnvironmentOptions("", for: entry(ofLent: text))) }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let entry = try entry(parts[0])
    return Found(
      place: .here(entry), options: try EnvironmentOptions(parts.count == 2 ? parts[1] : "", for: entry))
  }

  /// The entry of an id without options. Throws `EnvironmentError`, which suggests the nearest, if there is none.
  public static func entry(_ id: String) throws(EnvironmentError) -> EnvironmentEntry {
    let entries = all
    if let entry = entries.first(where: { $0.id == id }) { return entry }
    throw EnvironmentError("there is no environment '\(id)'\(didYouMean(id, among: entries.map(\.id)) ?? "")")
  }

  /// Makes an environment of your own known by its id in this program: `make`, trainings, evaluations and wrappers take it like
  /// any other from then on. Traps where its id is taken, or is none: empty, or with a colon.
  public static func register(_ environment: some Environment, summary: String = "", source: String = "") {
    let id = environment.specification.id
    precondition(!id.isEmpty && !id.contains(":"), "'\(id)' cannot be the id of an environment")
    registered.withLock { entries in
      precondition(!(builtIn + entries).contains { $0.id == id }, "there is an environment '\(id)' already")
      entries.append(EnvironmentEntry(id, summary, source: source) { _ throws(EnvironmentError) in environment })
    }
  }

  private static let registered = Mutex<[EnvironmentEntry]>([])
}

/// What the catalogue says about an environment: id, a line of summary, its rewards, its source.
///
/// ```swift
/// let entry = try EnvironmentCatalogue.entry("CartPole-v1")
/// print(entry.id, entry.specification.timeLimit ?? 0)  // CartPole-v1 500
/// ```
public struct EnvironmentEntry: Sendable {
  public let id: String
  /// One line: what it is.
  public let summary: String
  /// What is rewarded, in words; nil where nobody has written it down.
  public let rewards: String?
  /// Where it comes from.
  public let source: String
  /// The command that installs what it needs beyond the program; nil where it needs nothing.
  package let needs: String?
  package let options: [EnvironmentOption]
  let build: @Sendable (EnvironmentOptions) throws(EnvironmentError) -> any Environment

  init(
    _ id: String, _ summary: String, rewards: String? = nil, source: String, needs: String? = nil,
    options: [EnvironmentOption] = [],
    build: @escaping @Sendable (EnvironmentOptions) throws(EnvironmentError) -> any Environment
  ) {
    self.id = id
    self.summary = summary
    self.rewards = rewards
    self.source = source
    self.needs = needs
    self.options = options
    self.build = build
  }

  /// With all that it needs to be played, or an error that says what is missing.
  func prepared(_ options: EnvironmentOptions) throws(EnvironmentError) -> any Environment {
    let environment = try build(options)
    if let prepared = environment as? any PreparedEnvironment {
      do { try prepared.prepare() } catch { throw EnvironmentError("\(id): \(error)") }
    }
    return environment
  }

  /// What is missing before it can be played with its default options, in a sentence; nil for nothing.
  package var missing: String? {
    do throws(EnvironmentError) {
      _ = try prepared(EnvironmentOptions("", for: self))
      return nil
    } catch { return error.description }
  }

  /// What is fixed about it with its default options.
  public var specification: EnvironmentSpecification {
    // Defaults are valid by construction; a test makes every entry.
    try! build(EnvironmentOptions("", for: self)).specification
  }
}

/// An unknown environment, or an option that it does not take, in one sentence.
///
/// ```swift
/// do {
///   _ = try EnvironmentCatalogue.make("CartPole-v2", count: 1)
/// } catch {
///   print(error.sentence)  // there is no environment 'CartPole-v2'; did you mean 'CartPole-v1'?
/// }
/// ```
public struct EnvironmentError: UserFacingError, Hashable, Sendable {
  public var description: String
  public private(set) var status = FailureStatus.badUsage
  public private(set) var excerpt: [String] = []
  public init(_ description: String) { self.description = description }

  init(_ error: PythonError) {
    (description, status, excerpt) = (error.sentence, error.status, error.excerpt)
  }
}
