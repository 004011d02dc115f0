import ArgumentParser
import Formats
import Foundation
import Runs
import Search
import Settings
import Telemetry
import Tracker
import Tuning

/// What every search takes.
struct SearchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The settings to vary, in YAML, or 'default' for the space that comes with the agent or the model.",
      valueName: "space.yaml|default"), completion: .file(extensions: ["yaml", "yml"]))
  var space: String

  @Option(help: "Settings to try, beside those that the search starts from.")
  var trials: Count = 50

  @Option(
    help: ArgumentHelp(
      "How settings are chosen: \(SamplerName.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "sampler")
  )
  var sampler: SamplerName = .tpe

  @Option(
    help: ArgumentHelp(
      "When trials end before their time: \(PrunerName.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "pruner"))
  var pruner: PrunerName?

  @Option(
    help: ArgumentHelp("What a run is judged by; 'steps' is how long it took to its end.", valueName: "metric"))
  var metric: String?

  @Option(help: ArgumentHelp("What a run is judged by on the way, for the pruner.", valueName: "metric"))
  var progressMetric: String?

  @Flag(inversion: .prefixedNo, help: "Whether lower values of the metric are better (default: by its name).")
  var minimize: Bool?

  @Option(help: "Runs with new seeds that say how good the best settings are, and those at the start.")
  var freshSeeds: Count?

  @Option(help: "Stop after so many trials without a better one.")
  var searchPatience: Count?

  @Flag(help: "Stop once a better trial is unlikely: the bound on the best one's regret is within the noise.")
  var stopWhenUnlikely = false

  @Option(help: "Stop once all runs together have done so many steps.")
  var totalSteps: Count?

  @Flag(help: "Do each trial in a process of its own.")
  var isolate = false

  @Option(help: ArgumentHelp("A run that takes longer has failed.", valueName: "90s|10m|2h"))
  var trialTimeout: Duration?

  @Option(help: ArgumentHelp("A run whose process takes more has failed.", valueName: "500M|2G"))
  var trialMemory: MemorySize?

  /// The space in a file, or the one that comes with `name`.
  func resolveSpace(for name: String?, domains: [String: Domain]?) throws -> SearchSpace {
    guard space == "default" else { return try SearchSpace(yaml: text(of: space), source: space, domains: domains) }
    guard let name else { throw UsageError("--space default is for agents and models: write a space for a program") }
    guard let standard = try SearchSpace.standard(for: name, domains: domains) else {
      throw UsageError("there is no default space for \(name): write one, and give its file with --space")
    }
    return standard
  }

  /// The metric and its direction; `standard` where none is asked for.
  func judging(by standard: Metric?) throws -> (Metric, ScoreDirection) {
    guard let metric = metric.map({ Metric($0) }) ?? standard else {
      throw UsageError("name what the program is judged by, a number that it prints, with --metric")
    }
    let isMinimized = minimize ?? (metric.isMinimized || metric == SearchConfiguration.steps)
    return (metric, isMinimized ? .minimize : .maximize)
  }

  /// Sets what the options say.
  func apply(to configuration: inout SearchConfiguration, seeds: [UInt64], maximumTime: Duration?) throws {
    configuration.trials = try trials.checked(1...1_000_000, "--trials")
    configuration.sampler = sampler
    configuration.pruner = pruner ?? .none
    if let progressMetric { configuration.progressMetric = Metric(progressMetric) }
    guard seeds == (0..<UInt64(seeds.count)).map({ seeds[0] &+ $0 }) else {
      throw UsageError("--seeds of a search are consecutive, as 1-3: each trial runs with these")
    }
    configuration.seedsPerTrial = seeds.count
    if let freshSeeds { configuration.freshSeeds = try freshSeeds.checked(0...1_000, "--fresh-seeds") }
    configuration.patience = try searchPatience?.checked(Count.steps, "--search-patience")
    configuration.stopsWhenUnlikely = stopWhenUnlikely
    configuration.maximumSteps = try totalSteps?.checked(Count.steps, "--total-steps")
    configuration.maximumSeconds = maximumTime?.seconds
    configuration.isIsolated = isolate
    configuration.trialSeconds = trialTimeout?.seconds
    configuration.trialMemory = trialMemory?.bytes
    try configuration.check()
  }
}

extension SamplerName: ExpressibleByArgument {}
extension PrunerName: ExpressibleByArgument {}

/// `500M`, `2G`: bytes.
struct MemorySize: ExpressibleByArgument {
  var bytes: Int

  init?(argument: String) {
    let units: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument[...] : argument.dropLast()) else { return nil }
    let size = number * (unit ?? 1)
    // A process needs some millions before it does anything.
    guard size >= 1e6, size <= 1e15 else { return nil }
    bytes = Int(size)
  }
}

extension Store {
  /// The search that a user's word means: 'latest' is the newest of them, whatever else has run since.
  func findSearch(_ reference: String) throws -> String {
    guard reference == "latest" else { return try find(reference) }
    let searches = try fields().filter { $0["kind"] == .text(RunKind.search.rawValue) }
    guard let last = searches.last else { throw UsageError("there is no search in '\(path)'") }
    return last.id
  }
}
