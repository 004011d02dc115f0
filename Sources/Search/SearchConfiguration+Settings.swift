import Formats
import Foundation
import Runs
import Settings
import Telemetry
import Tracker
import Tuning

// What a search's record keeps, and how a search goes on from it.
extension SearchConfiguration: RunConfiguration {
  package static let kind = RunKind.search
  package static let unit = StepUnit.trials
  package static let budgetParameter: String? = "trials"

  package static let settings: [Setting<SearchConfiguration>] = [
    .derived("space") { .json($0.space) },
    .derived("base") { $0.template.map { .json($0) } },
    .derived("command") { $0.words.map { .json($0) } },
    .derived("sampler") { .text($0.sampler.rawValue) },
    .derived("pruner") { .text($0.pruner.rawValue) },
    .derived("first-rung") { $0.firstRung.map { .integer($0) } },
    .derived("reduction-factor") { $0.reductionFactor == 3 ? nil : .integer($0.reductionFactor) },
    .derived("metric") { .text($0.metric.name) },
    .derived("direction") { .text($0.direction.rawValue) },
    .derived("progress-metric") { $0.progressMetric.map { .text($0.name) } },
    .derived("population") { $0.population.map { .integer($0.members) } },
    .derived("stretch") { $0.population.map { .integer($0.stretch) } },
    .derived("portfolio") { $0.portfolio.isEmpty ? nil : .json($0.portfolio) },
    .derived("tolerated-deaths", isOfIdentity: false) { $0.toleratedDeaths == 1 ? nil : .integer($0.toleratedDeaths) },
    .derived("batch") { $0.batch.map { .integer($0) } },
    .derived("stop-when-unlikely") { $0.stopsWhenUnlikely ? .flag(true) : nil },
    .integer("seeds", \.seedsPerTrial),
    .integer("fresh-seeds", \.freshSeeds),
    .integer("patience", \.patience),
    .integer("max-steps", \.maximumSteps),
    .number("max-time", \.maximumSeconds, isOfIdentity: false),
    .derived("grace", isOfIdentity: false) { $0.graceSeconds > 0 ? .number($0.graceSeconds) : nil },
    .flag("isolate", \.isIsolated, isOfIdentity: false),
    .number("trial-timeout", \.trialSeconds, isOfIdentity: false),
    .integer("trial-memory", \.trialMemory, isOfIdentity: false),
  ]

  package var recordedSubject: String { subject.name }
  package var recordedTarget: String { template?.target ?? metric.name }
  package var budget: Int { trials }
  package var recordedHyperparameters: [String: HyperparameterValue] {
    // What the search varies has no one value.
    let varied = Set(space.parameters.map(\.name))
    return (template?.parameters ?? [:]).filter { !varied.contains($0.key) }
  }

  private var template: TrialTemplate? { if case .run(let template) = subject { template } else { nil } }
  private var words: [String]? { if case .program(let words) = subject { words } else { nil } }

  package init(of description: RunDescription) throws {
    let recorded = RecordedSettings(description.protocolSettings)
    let space: SearchSpace = try recorded.required("space") { try recorded.decoded($0) }
    let subject: Subject
    if let template: TrialTemplate = try recorded.decoded("base") {
      subject = .run(template)
    } else if let words: [String] = try recorded.decoded("command") {
      subject = .program(words)
    } else {
      subject = .asked(description.subject)
    }
    let metric: String = try recorded.required("metric", recorded.text)
    let direction: ScoreDirection = try recorded.required("direction") {
      try recorded.text($0).flatMap(ScoreDirection.init(rawValue:))
    }
    self.init(subject, space, Metric(metric), direction)
    sampler = try recorded.required("sampler") { try recorded.text($0).flatMap(SamplerName.init(rawValue:)) }
    pruner = try recorded.required("pruner") { try recorded.text($0).flatMap(PrunerName.init(rawValue:)) }
    graceSeconds = try recorded.number("grace") ?? 0
    firstRung = try recorded.integer("first-rung")
    reductionFactor = try recorded.integer("reduction-factor") ?? 3
    progressMetric = try recorded.text("progress-metric").map { Metric($0) }
    trials = description.budget
    portfolio = try recorded.decoded("portfolio") ?? []
    batch = try recorded.integer("batch")
    toleratedDeaths = try recorded.integer("tolerated-deaths") ?? 1
    stopsWhenUnlikely = try recorded.flag("stop-when-unlikely") ?? false
    if let members = try recorded.integer("population"), let stretch = try recorded.integer("stretch") {
      population = Population(members: members, stretch: stretch)
    }
    try readSettings(of: description)
  }

  package static func resume(
    _ id: String, budget: Int?, threads: Int, in store: Store
  ) throws -> (any ActiveRun)? {
    try SearchRun.resume(
      id, trials: budget, workers: max(threads, ProcessInfo.processInfo.activeProcessorCount), in: store)
  }

  package static func reproduce(
    _ id: String, changes: [String: HyperparameterValue], in store: Store, shouldStop: () -> Bool,
    onProgress: (_ step: Int, _ budget: Int) -> Void
  ) throws -> RunDifference? {
    try SearchReproduction.run(id, changes: changes, in: store, shouldStop: shouldStop, onProgress: onProgress)
  }
}
