import Settings
import Telemetry
import Tracker

/// A set of rules that watches a run, live or replayed from its log. Set one as a writer's `watch` to debug a program of your
/// own; trainings and fits have one already.
///
/// ```swift
/// import Runs
/// import Telemetry
/// import Tracker
///
/// let store = try Store(path: "runs", create: true)
/// let run = try store.start(experiment: "watched")
/// run.watch = RuleEngine()
/// run.record("train/loss", .nan, step: 1)
/// try run.finish(status: .failed)
/// print(try store.load(run.id).findings.map(\.finding.rule))  // ["ExplodingTensor"]
/// ```
public struct RuleEngine: PointObserver, Sendable {
  public private(set) var rules: [any DebuggerRule]
  /// The run's hyperparameters, which advice is fitted to.
  private var parameters: [String: HyperparameterValue]
  /// Every series that was seen, and who watches it: found once for each.
  private var watched: [(metric: Metric, watchers: [Watcher])] = []
  private var places: [Metric: Int] = [:]
  /// The place of the series that came after the last one when it came before: a training records in the same order
  /// again and again, and to compare a name costs a tenth of looking it up.
  private var next = 0
  /// The last finding of each rule and subject.
  private var latest: [Key: Latest] = [:]

  private struct Watcher: Sendable {
    var rule: Int
    var series: WatchedSeries
  }

  private struct Key: Hashable, Sendable {
    var rule: Int
    var subject: String
  }

  private struct Latest: Sendable {
    var finding: Finding
    var hasGoneOn = false
  }

  /// `rules` must not have seen a point yet; `parameters` are the run's hyperparameters, where they are known.
  public init(rules: [any DebuggerRule], parameters: [String: HyperparameterValue] = [:]) {
    self.rules = rules
    self.parameters = parameters
  }

  /// The default rules.
  public init(parameters: [String: HyperparameterValue] = [:]) {
    self.init(rules: RuleCatalogue.defaults.map { $0.init() }, parameters: parameters)
  }

  /// Throws `HyperparameterError` where the settings, of a run's record perhaps, are not of the rules there are.
  public init(
    _ settings: DebuggerSettings, parameters: [String: HyperparameterValue] = [:]
  ) throws(HyperparameterError) {
    self.init(rules: try settings.makeRules(), parameters: parameters)
  }

  /// What begins with the next point, in the order of the rules; before it the last finding on the same subject, if that
  /// went on after it was reported.
  public mutating func inspect(_ metric: Metric, _ value: Double, step: Int) -> [Finding] {
    let place = place(of: metric)
    next = place + 1
    var findings: [Finding] = []
    for watcher in watched[place].watchers {
      let verdict = rules[watcher.rule].inspect(WatchedPoint(series: watcher.series, value: value, step: step))
      switch verdict {
      case nil: continue
      case .begins(let finding)?:
        let key = Key(rule: watcher.rule, subject: finding.subject)
        if let previous = latest[key], previous.hasGoneOn { findings.append(previous.finding) }
        latest[key] = Latest(finding: finding)
        findings.append(finding)
      case .goesOn(let subject)?:
        let key = Key(rule: watcher.rule, subject: subject)
        guard latest[key] != nil, latest[key]!.finding.lastStep < step else { continue }
        latest[key]!.finding.lastStep = step
        latest[key]!.hasGoneOn = true
      }
    }
    return findings
  }

  /// The last findings of each rule and subject that went on after they were reported, with their last steps; asked at the end.
  public mutating func finish() -> [Finding] {
    let updates = latest.filter(\.value.hasGoneOn).sorted {
      ($0.value.finding.step, $0.key.rule, $0.key.subject) < ($1.value.finding.step, $1.key.rule, $1.key.subject)
    }
    for update in updates { latest[update.key]!.hasGoneOn = false }
    return updates.map(\.value.finding)
  }

  /// What the rules say of a whole run, by step; advice is fitted to its hyperparameters.
  ///
  /// Points go by step, then wall time, then the metric's name: the order of recording up to metrics of one step.
  public mutating func replay(_ record: RunRecord) -> [Finding] {
    parameters = record.hyperparameters
    var findings: [Finding] = []
    Self.forEachPoint(of: record) { findings += inspect($0, $1, step: $2) }
    return (findings + finish()).latest
  }

  /// A run's points in the order of `replay`.
  package static func forEachPoint(of record: RunRecord, _ body: (Metric, Double, _ step: Int) -> Void) {
    var points: [(step: Int, wallTime: Int64, series: Int, index: Int)] = []
    points.reserveCapacity(record.series.reduce(0) { $0 + $1.values.count })
    let series = record.series.sorted { $0.metric.name < $1.metric.name }
    for (number, one) in series.enumerated() {
      for index in one.values.indices { points.append((one.steps[index], one.wallTimes[index], number, index)) }
    }
    points.sort { ($0.step, $0.wallTime, $0.series, $0.index) < ($1.step, $1.wallTime, $1.series, $1.index) }
    for point in points {
      let one = series[point.series]
      body(one.metric, one.values[point.index], point.step)
    }
  }

  private mutating func place(of metric: Metric) -> Int {
    if next < watched.count, watched[next].metric == metric { return next }
    if let place = places[metric] { return place }
    places[metric] = watched.count
    watched.append((metric, watchers(of: metric, number: watched.count)))
    return watched.count - 1
  }

  /// Finds who watches a series that was not seen before.
  private func watchers(of metric: Metric, number: Int) -> [Watcher] {
    var found: [Watcher] = []
    for (index, rule) in rules.enumerated() {
      for (pattern, name) in rule.watched.enumerated() {
        guard let subject = name.subject(of: metric) else { continue }
        let series = WatchedSeries(
          metric, number: number, pattern: pattern, subject: subject, parameters: parameters)
        found.append(Watcher(rule: index, series: series))
        break
      }
    }
    return found
  }
}

extension Finding {
  /// Whether it is about the machine and the clock, so that a run again need not find it.
  package var isOfTime: Bool {
    if rule == ConditionRule.name { return Metric(evidence).isOfTime }
    guard let type = RuleCatalogue.all.first(where: { $0.name == rule }) else { return false }
    return type.watches.allSatisfy { Metric($0.description).isOfTime }
  }
}

extension [Finding] {
  /// Each finding once, as last reported, in the order in which they began.
  public var latest: [Finding] {
    var places: [Finding.Identity: Int] = [:]
    var findings: [Finding] = []
    for finding in self {
      // What was told once only is no telling of another: programs before subjects were kept told layers apart by words.
      if finding.lastStep > finding.step, let place = places[finding.identity] {
        findings[place] = finding
      } else {
        places[finding.identity] = findings.count
        findings.append(finding)
      }
    }
    return findings
  }
}
