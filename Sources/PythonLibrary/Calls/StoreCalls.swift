import Analysis
import Debugger
import Formats
import Runs
import Settings
import Telemetry
import Tracker

/// Reading: runs, their series, comparisons and charts.
enum StoreCalls {
  static let all: [any Call.Type] = [
    List.self, Load.self, ReadSeries.self, ReadArtifact.self, Diagnose.self, Compare.self, Draw.self,
  ]

  /// What runs are described by, of those for which the condition holds.
  struct List: Call {
    static let name = "store.runs"
    var store: String
    var condition: String?
    var experiment: String?
    var order: [String]

    func answer() throws -> [[String: Field]] {
      let filter = try condition.map { try RunFilter($0) }
      let orders = order.map { RunOrder($0) }
      var runs = try Store(path: store, create: false).fields(experiment: experiment)
      try requireFields((filter?.fields ?? []) + orders.map(\.field), of: runs)
      if let filter { runs = runs.filter { filter.matches($0) } }
      RunOrder.sort(&runs, by: orders)
      return runs.map { run in Dictionary(run.all.map { ($0.name, Field(value: $0.value)) }) { first, _ in first } }
    }

    private func requireFields(_ names: [String], of runs: [RunFields]) throws {
      let known = Set(runs.flatMap { $0.all.map(\.name) }).union(RunFields.standard)
      guard !runs.isEmpty, let name = names.first(where: { !known.contains($0) }) else { return }
      throw LibraryError("no run has a field '\(name)'\(didYouMean(name, among: known.sorted()) ?? "")")
    }
  }

  struct Field: Encodable {
    var value: FieldValue

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch value {
      case .text(let text): try container.encode(text)
      case .flag(let flag): try container.encode(flag)
      case .number(let number):
        if let whole = Int(exactly: number) { try container.encode(whole) } else { try container.encode(number) }
      }
    }
  }

  struct Load: Call {
    static let name = "run.load"
    var store: String
    var run: String

    func answer() throws -> RunDetails {
      let store = try Store(path: store, create: false)
      let record = try store.load(store.find(run))
      return RunDetails(record, handle: Handles.keep(LoadedRun(record, in: store)))
    }
  }

  struct ReadSeries: Call {
    static let name = "run.series"
    var handle: Int
    var metric: String

    struct Answer: Encodable {
      var steps: ColumnPlace
      var times: ColumnPlace
      var values: ColumnPlace
    }

    func answer() throws -> Answer {
      let columns = try Handles.find(handle, LoadedRun.self).series(Metric(metric))
      return Answer(steps: columns.steps.place, times: columns.wallTimes.place, values: columns.values.place)
    }
  }

  struct ReadArtifact: Call {
    static let name = "run.artifact"
    var handle: Int
    var artifact: String
    func answer() throws -> ColumnPlace { try Handles.find(handle, LoadedRun.self).artifact(artifact).place }
  }

  /// What the debugger's rules find in a run, whether or not they watched it.
  struct Diagnose: Call {
    static let name = "run.findings"
    var handle: Int

    func answer() throws -> [Finding] {
      let record = try Handles.find(handle, LoadedRun.self).record
      guard record.isDescribed else { return record.findings.map(\.finding) }
      var engine = try RuleEngine(DebuggerSettings(of: record.description))
      return engine.replay(record)
    }
  }

  struct Compare: Call {
    static let name = "store.compare"
    var store: String
    var runs: [String]
    var metric: String?
    var resamples: Int
    var merging: [String]

    struct Answer: Encodable {
      var comparison: Comparison
      var text: String
      var markdown: String
    }

    func answer() throws -> Answer {
      guard (1...1_000_000).contains(resamples) else {
        throw LibraryError("resamples is a number from 1 to 1,000,000, not \(resamples)")
      }
      let merging = try merging.map { word in
        guard let one = Merging(rawValue: word) else {
          throw LibraryError("merge takes \(Merging.allCases.map(\.rawValue).joined(separator: ", ")), not '\(word)'")
        }
        return one
      }
      let comparison = Comparison(
        of: try load(runs, from: store), metric: metric.map { Metric($0) }, resamples: resamples, merging: Set(merging))
      return Answer(comparison: comparison, text: comparison.text(width: 100), markdown: comparison.markdown)
    }
  }

  /// A learning curve as SVG.
  struct Draw: Call {
    static let name = "store.draw"
    var store: String
    var runs: [String]
    var metric: String
    var smoothing: Double
    var width: Int?
    var height: Int?

    func answer() throws -> String {
      guard smoothing >= 0, smoothing < 1 else {
        throw LibraryError("smooth is a number from 0 to below 1, not \(smoothing)")
      }
      for size in [width, height].compactMap({ $0 }) where !(100...10_000).contains(size) {
        throw LibraryError("a chart is 100 to 10,000 pixels wide and high, not \(size)")
      }
      let records = try load(runs, from: store)
      let curve = LearningCurve(of: records, metric: Metric(metric), smoothing: smoothing)
      guard !curve.groups.isEmpty else {
        let names = Set(records.flatMap { $0.series.map(\.metric.name) }).sorted()
        throw LibraryError(
          "no metric '\(metric)' is recorded in these runs\(didYouMean(metric, among: names) ?? "")")
      }
      return SVGChart(ChartFigure(curve), width: width, height: height).text
    }
  }

  private static func load(_ runs: [String], from path: String) throws -> [RunRecord] {
    let store = try Store(path: path, create: false)
    guard !runs.isEmpty else { throw LibraryError("there are no runs") }
    return try runs.map { try store.load(store.find($0)) }
  }
}
