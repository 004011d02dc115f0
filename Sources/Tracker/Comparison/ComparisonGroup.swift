import Telemetry

extension Comparison {
  /// Runs that differ by their seed only, and their scores; lists are by seed.
  public struct Group: Sendable, Codable, Hashable {
    /// Agent, environment and the configuration hash's first eight digits.
    public var label: String
    public var agent: String
    public var environment: String
    public var configurationHash: String
    /// The experiments the runs are of, each once.
    public var experiments: [String]
    public var runs: [String]
    public var seeds: [UInt64]
    public var scores: [Double]
    public var mean: Double
    /// Over n − 1; nil for one run.
    public var std: Double?
    public var median: Double
    /// Interquartile mean: the mean without the ⌊n/4⌋ lowest and highest scores.
    public var iqm: Double
    /// 95 % percentile bootstrap interval over runs; nil for one run, which tells nothing of it.
    public var iqmLow: Double?
    public var iqmHigh: Double?
    public var min: Double
    public var max: Double
    /// The median over runs of the last `time/fps`.
    public var stepsPerSecond: Double?
    /// The median over runs of the time from start to end.
    public var seconds: Double?
    /// The mean over runs of the area under the learning curve divided by the steps it spans.
    public var areaUnderCurve: Double?
    /// The score that `reached`, `stepsToThreshold` and `secondsToThreshold` are about.
    public var threshold: Double?
    /// The number of runs whose learning curve comes to the threshold.
    public var reached: Int
    /// The median over all runs; nil where half of them or more have not reached it.
    public var stepsToThreshold: Double?
    /// The median over all runs of the time from the start; nil where half of them or more have not reached it.
    public var secondsToThreshold: Double?

    /// The number of runs.
    public var count: Int { runs.count }
    /// Fewer than five seeds.
    public var isSmall: Bool { Set(seeds).count < 5 }

    init(
      _ key: GroupKey, of members: [(record: RunRecord, score: Double)], curve: Metric, threshold: Double?,
      _ bootstrap: Bootstrap
    ) {
      let members = members.sorted {
        ($0.record.description.seed, $0.record.id) < ($1.record.description.seed, $1.record.id)
      }
      label = "\(key.agent) \(key.environment) \(key.configurationHash.prefix(8))"
      if let budget = key.extendedBudget { label += " to \(budget)" }
      (agent, environment, configurationHash) = (key.agent, key.environment, key.configurationHash)
      experiments = Set(members.map(\.record.description.experiment)).sorted()
      runs = members.map(\.record.id)
      seeds = members.map(\.record.description.seed)
      let scores = members.map(\.score)
      self.scores = scores
      mean = Tracker.mean(scores)
      std = standardDeviation(scores)
      median = Tracker.median(scores)
      iqm = interquartileMean(scores)
      if scores.count > 1 {
        let (low, high) = bootstrap.interval(of: [scores]) { interquartileMean($0[0]) }
        (iqmLow, iqmHigh) = (low, high)
      }
      min = scores.min() ?? .nan
      max = scores.max() ?? .nan
      let rates = members.compactMap { $0.record.last("time/fps") }
      stepsPerSecond = rates.isEmpty ? nil : Tracker.median(rates)
      let seconds = members.compactMap { member in
        member.record.end.map { (Double($0) - Double(member.record.description.start)) / 1e6 }
      }
      self.seconds = seconds.isEmpty ? nil : Tracker.median(seconds)
      let speeds = members.compactMap { LearningSpeed($0.record.series(curve), start: $0.record.description.start) }
      let areas = speeds.compactMap(\.area)
      areaUnderCurve = areas.isEmpty ? nil : Tracker.mean(areas)
      self.threshold = speeds.isEmpty ? nil : threshold
      let reached = self.threshold.map { threshold in speeds.compactMap { $0.reaches(threshold) } } ?? []
      self.reached = reached.count
      stepsToThreshold = medianReached(reached.map(\.steps), of: members.count)
      secondsToThreshold = medianReached(reached.map(\.seconds), of: members.count)
    }
  }
}
