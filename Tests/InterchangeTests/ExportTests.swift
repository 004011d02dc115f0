import Foundation
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Debugger
@testable import Formats
@testable import Interchange
@testable import Tracker

/// What an export hands to its sink.
private func text(_ write: (@escaping ([UInt8]) -> Void) -> Void) -> String {
  let collected = Collected()
  write { collected.bytes += $0 }
  return String(decoding: collected.bytes, as: UTF8.self)
}

private final class Collected {
  var bytes: [UInt8] = []
}

@Suite struct ExportTests {
  /// Two runs, not in order; one metric recorded twice at a step and once out of order.
  private let records = [
    exampleRecord("b2", seed: 2, series: [exampleSeries("loss", [(10, 1_000_000, -0.0), (20, 1_000_001, 1e-7)])]),
    exampleRecord(
      "a1",
      series: [
        exampleSeries("reward", [(20, 2_000_000, 3), (10, 3_500_000, 0.1), (20, 1_999_999, 4)]),
        exampleSeries("loss", [(10, 4_000_000, .nan), (30, 5_000_000, -.infinity)]),
      ]),
  ]

  @Test("The long layout has a row a point by run, metric and step; duplicates stay in the order of recording")
  func long() {
    let export = CSVExport(records)
    #expect(
      text { export.metrics(.long, to: $0) } == """
        experiment,run,seed,agent,environment,metric,step,wall_time,value
        cp,a1,1,ppo,CartPole-v1,loss,10,4.000000,nan
        cp,a1,1,ppo,CartPole-v1,loss,30,5.000000,-inf
        cp,a1,1,ppo,CartPole-v1,reward,10,3.500000,0.1
        cp,a1,1,ppo,CartPole-v1,reward,20,2.000000,3
        cp,a1,1,ppo,CartPole-v1,reward,20,1.999999,4
        cp,b2,2,ppo,CartPole-v1,loss,10,1.000000,-0
        cp,b2,2,ppo,CartPole-v1,loss,20,1.000001,1e-07

        """)
  }

  @Test("The wide layout has a row a step: the last of a step's values, the latest of its times")
  func wide() {
    let export = CSVExport(records)
    #expect(
      text { export.metrics(.wide, to: $0) } == """
        experiment,run,seed,agent,environment,step,wall_time,loss,reward
        cp,a1,1,ppo,CartPole-v1,10,4.000000,nan,0.1
        cp,a1,1,ppo,CartPole-v1,20,2.000000,,4
        cp,a1,1,ppo,CartPole-v1,30,5.000000,-inf,
        cp,b2,2,ppo,CartPole-v1,10,1.000000,-0,
        cp,b2,2,ppo,CartPole-v1,20,1.000001,1e-07,

        """)
  }

  @Test func `metrics called like columns are spelt out, so that no column comes twice`() throws {
    let names: [Metric] = [
      "run", "step", "metric/step", "loss", "seed ", "params.learning_rate", "tags.machine", "start",
    ]
    let record = exampleRecord(series: names.map { exampleSeries($0, [(1, 0, 7)]) })
    // By name: loss, metric/step, params.learning_rate, run, seed, start, step, tags.machine.
    #expect(
      text { CSVExport([record]).metrics(.wide, to: $0) }.hasPrefix(
        "experiment,run,seed,agent,environment,step,wall_time,loss,metric/step,params.learning_rate,metric/run,"
          + "metric/seed ,start,metric/metric/step,tags.machine\n"))
    for lines in [text { CSVExport([record]).metrics(.wide, to: $0) }, text { CSVExport([record]).runs(to: $0) }] {
      let columns = lines.split(separator: "\n")[0].split(separator: ",").map { $0.filter { $0 != " " } }
      #expect(Set(columns).count == columns.count, "\(columns)")
      #expect(columns.contains("metric/run") && columns.contains("loss"))
    }
    let runs = text { CSVExport([record]).runs(to: $0) }
    #expect(runs.contains("metric/params.learning_rate") && runs.contains("metric/tags.machine"))
    // Lists name them likewise, so that none is hidden.
    let fields = RunFields(record)
    #expect(fields["seed"] == .number(1) && fields["metric/seed "] == .number(7))
    #expect(fields["run"] == .number(7) && fields["metric/params.learning_rate"] == .number(7))
  }

  @Test func `chosen fields of runs are CSV: numbers in full, times in seconds, nothing where a run has none`() {
    var record = exampleRecord(series: [exampleSeries("loss", [(1, 0, 0.1)])])
    record.end = 1_700_000_001_500_000
    let other = exampleRecord("b2", seed: 2)
    let csv = text { sink in
      RunFields.csv(
        [record, other].map { RunFields($0) }, columns: ["id", "loss", "ended", "params.learning_rate", "condition"],
        to: sink)
    }
    #expect(
      csv == """
        id,loss,ended,params.learning_rate,condition
        a1,0.1,1700000001.500000,0.0003,
        b2,,,0.0003,

        """)
  }

  @Test("Nothing to export is a header line")
  func empty() {
    let header = "experiment,run,seed,agent,environment,metric,step,wall_time,value\n"
    #expect(text { CSVExport([]).metrics(.long, to: $0) } == header)
    #expect(text { CSVExport([exampleRecord()]).metrics(.long, to: $0) } == header)
    #expect(
      text { CSVExport([]).metrics(.wide, to: $0) } == "experiment,run,seed,agent,environment,step,wall_time\n")
  }

  @Test("Fields with a comma, a quote or a line break are quoted, and no others")
  func quoting() {
    var record = exampleRecord(series: [exampleSeries("a,b", [(1, 0, 1)]), exampleSeries("plain text; é", [(1, 0, 2)])])
    record.description.experiment = "say \"hi\"\nor\r"
    let lines = text { CSVExport([record]).metrics(.long, to: $0) }
    let experiment = "\"say \"\"hi\"\"\nor\r\""
    #expect(
      lines == """
        experiment,run,seed,agent,environment,metric,step,wall_time,value
        \(experiment),a1,1,ppo,CartPole-v1,"a,b",1,0.000000,1
        \(experiment),a1,1,ppo,CartPole-v1,plain text; é,1,0.000000,2

        """)
    #expect(
      text { CSVExport([record]).metrics(.wide, to: $0) }.hasPrefix(
        "experiment,run,seed,agent,environment,step,wall_time,\"a,b\",plain text; é\n"))
  }

  @Test("Times before 1970 and at the ends of Int64 keep their microseconds")
  func times() {
    let series = exampleSeries("x", [(-5, -1, 0), (0, .min, 0), (.max, .max, 0)])
    let lines = text { CSVExport([exampleRecord(series: [series])]).metrics(.long, to: $0) }.split(separator: "\n")
    #expect(
      lines.dropFirst().map { $0.split(separator: ",")[6...7].joined(separator: " ") } == [
        "-5 -0.000001", "0 -9223372036854.775808", "9223372036854775807 9223372036854.775807",
      ])
  }

  @Test("Every value reads back as the same bits, through several chunks, in both layouts")
  func bits() {
    var generator = PCG64(seed: 7)
    var values = [0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude]
    values += [.leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0.1, 1 / 3, 0x1p53, 1e22]
    values += [Double.leastNormalMagnitude.nextDown, 1.0.nextUp, 1.0.nextDown, 123_456_789, 1e16, 1e15]
    for _ in 0..<20_000 {
      values.append(Double(bitPattern: generator.next()))
      values.append(Double(bitPattern: generator.next() & 0x800F_FFFF_FFFF_FFFF))  // subnormal
      values.append(Double(Float(bitPattern: generator.next32())))
    }
    let series = Series(
      metric: "x", steps: Array(values.indices), wallTimes: [Int64](repeating: 0, count: values.count), values: values)
    for layout in CSVExport.Layout.allCases {
      let collected = Collected()
      var chunks = 0
      CSVExport([exampleRecord(series: [series])]).metrics(layout) {
        collected.bytes += $0
        chunks += 1
      }
      #expect(chunks > 5)
      let lines = String(decoding: collected.bytes, as: UTF8.self).split(separator: "\n").dropFirst()
      #expect(lines.count == values.count)
      var wrong = 0
      for (line, value) in zip(lines, values) {
        let field = String(line[line.index(after: line.lastIndex(of: ",")!)...])
        var end: UnsafeMutablePointer<CChar>?
        let (read, isWhole) = field.withCString { (strtod($0, &end), end?.pointee == 0) }
        let isSame = value.isNaN ? read.isNaN && field == "nan" : read.bitPattern == value.bitPattern
        if !isSame || !isWhole || field != shortest(value) { wrong += 1 }
      }
      #expect(wrong == 0)
    }
  }

  @Test("What the sink throws ends the export")
  func failingSink() {
    struct Full: Error {}
    #expect(throws: Full.self) {
      try CSVExport(records).metrics(.long) { (_: [UInt8]) throws(Full) in throw Full() }
    }
  }

  @Test("Findings have a row each, by run and step")
  func findings() {
    var record = exampleRecord()
    var early = exampleFinding
    early.step = 3
    early.evidence = "loss = \"nan\", twice"
    record.findings = [
      RecordedFinding(finding: exampleFinding, wallTime: 12), RecordedFinding(finding: early, wallTime: 3_000_000),
    ]
    #expect(
      text { CSVExport([record]).findings(to: $0) } == """
        experiment,run,seed,agent,environment,rule,severity,step,wall_time,evidence,meaning,advice
        cp,a1,1,ppo,CartPole-v1,ExplodingTensor,error,3,3.000000,"loss = ""nan"", twice",\
        The loss is no number.,Lower the learning rate.
        cp,a1,1,ppo,CartPole-v1,ExplodingTensor,error,12,0.000012,loss = nan,\
        The loss is no number.,Lower the learning rate.

        """)
  }

  @Test("Episodes have a row each, in the order in which they ended")
  func episodes() {
    var record = exampleRecord()
    record.episodes = [
      RecordedEpisode(
        episode: Episode(phase: .training, reward: 0.1, length: 7, truncated: false), step: 9, wallTime: 12),
      RecordedEpisode(
        episode: Episode(phase: .final, reward: -.infinity, length: 500, truncated: true), step: 8,
        wallTime: 3_000_000),
    ]
    #expect(
      text { CSVExport([record]).episodes(to: $0) } == """
        experiment,run,seed,agent,environment,phase,step,wall_time,reward,length,truncated
        cp,a1,1,ppo,CartPole-v1,training,9,0.000012,0.1,7,0
        cp,a1,1,ppo,CartPole-v1,final,8,3.000000,-inf,500,1

        """)
  }

  @Test("Runs have a row each with hyperparameters, tags and last metrics of any run, each group sorted")
  func runs() {
    var first = exampleRecord("a1", series: [exampleSeries("z", [(5, 0, 1), (9, 0, 0.5)])])
    first.end = 1_700_000_001_500_000
    var second = exampleRecord("b2", seed: .max, series: [exampleSeries("y", [(7, 0, .nan)])])
    second.status = .crashed
    second.tags["why"] = "a, b"
    second.description.hyperparameters = [
      "ent_coef": .number(2), "net_arch": .integers([64, 64]), "n_envs": .integer(8),
    ]
    #expect(
      text { CSVExport([second, first]).runs(to: $0) } == """
        run,experiment,name,status,agent,environment,seed,start,end,steps,configuration_hash,params.ent_coef,\
        params.learning_rate,params.n_envs,params.n_steps,params.n_timesteps,params.net_arch,params.target_kl,\
        tags.machine,tags.why,y,z
        a1,cp,first,finished,ppo,CartPole-v1,1,1700000000.000000,1700000001.500000,9,c0ffee,,0.0003,8,32,1000,,null,\
        one,,,0.5
        b2,cp,first,crashed,ppo,CartPole-v1,18446744073709551615,1700000000.000000,,7,c0ffee,2,,8,,1000,"[64, 64]",,\
        one,"a, b",nan,

        """)
  }

  @Test("What a resume superseded is there only when it was loaded: each point once otherwise")
  func superseded() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true, system: quietSystem())
    let run = try store.start(exampleDescription())
    run.record("a", 1, step: 1)
    try run.saveCheckpoint([1], step: 1, best: false)
    run.record("a", 2, step: 2)
    try run.finish(status: .interrupted)
    let id = run.id
    let again = try store.resume(id, from: store.load(id).lastCheckpoint, steps: 10)
    again.record("a", 3, step: 2)
    try again.finish(status: .finished)
    func values(all: Bool) throws -> [String] {
      let export = CSVExport([try store.load(id, includingSuperseded: all)])
      return text { export.metrics(.long, to: $0) }.split(separator: "\n").dropFirst().map {
        String($0.split(separator: ",").last!)
      }
    }
    #expect(try values(all: false) == ["1", "3"])
    #expect(try values(all: true) == ["1", "2", "3"])
  }
}
