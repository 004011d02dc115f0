import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Interchange
@testable import Tracker

private let goldens = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "Goldens/recorded/trackers")

private func recorded(_ file: String) throws -> [UInt8] {
  Array(try Data(contentsOf: goldens.appending(path: file)))
}

/// A folder as Stable-Baselines3 leaves it, held to what its own readers make of it.
@Suite struct ImportFolderTests {
  /// See Tests/Goldens/stable_baselines3_folder.py.
  private struct Read: Decodable {
    struct Evaluations: Decodable {
      var timesteps: [Int]
      var meanReward: [String]
      var meanLength: [String]
      var successRate: [String]
      var results: [[String]]

      enum CodingKeys: String, CodingKey {
        case timesteps, results
        case meanReward = "mean_reward"
        case meanLength = "mean_ep_length"
        case successRate = "success_rate"
      }
    }
    /// A step, a value, and what else there is.
    struct Point: Decodable {
      var step: Int
      var value: Double
      var other: Int?

      init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        step = try row.decode(Int.self)
        value = try hexadecimal(row.decode(String.self))
        other = try row.decodeIfPresent(Int.self)
      }
    }
    var monitor: [Point]
    var evaluations: Evaluations
    var progress: [String: [Point]]
    var events: [String: [Point]]
  }

  private static func hexadecimal(_ text: String) throws -> Double { try #require(Double(text)) }
  private let read: Read
  private static let files = [
    "0.monitor.csv", "1.monitor.csv", "2.monitor.csv", "evaluations.npz", "events.out.tfevents.1", "progress.csv",
  ]

  init() throws { read = try JSONDecoder().decode(Read.self, from: Data(recorded("folder.json"))) }

  private func imported(_ names: [String], modified: Int64 = 7) throws -> ImportedRun {
    ImportedRun(
      joining: try names.map { try ImportedRun(recorded("folder/" + $0), path: $0, modified: modified) })
  }

  @Test(arguments: [[0, 1, 2], [2, 0, 1]])
  func `the monitor files of a folder are merged by time, the lengths added up over all environments`(
    order: [Int]
  ) throws {
    let run = try imported(order.map { Self.files[$0] })
    #expect(run.series.map(\.metric) == ["rollout/ep_len", "rollout/ep_rew"])
    #expect(run.series[1].steps == read.monitor.map(\.step) && run.series[1].values == read.monitor.map(\.value))
    #expect(run.series[0].steps == run.series[1].steps)
    #expect(run.series[0].values == read.monitor.map { Double($0.other ?? -1) })
    #expect(run.series[1].wallTimes == run.series[1].wallTimes.sorted())
    #expect(run.episodes.map(\.episode.reward) == read.monitor.map(\.value))
    #expect(run.episodes.map(\.step) == read.monitor.map(\.step))
    #expect(run.environment == "CartPole-v1" && run.losses.isEmpty)
  }

  @Test func `evaluations.npz is read as the callback logged it, each episode too`() throws {
    let run = try imported(["evaluations.npz"])
    #expect(run.series.map(\.metric) == ["eval/mean_ep_length", "eval/mean_reward"])
    let evaluations = read.evaluations
    #expect(run.series.allSatisfy { $0.steps == evaluations.timesteps && Set($0.wallTimes) == [7] })
    #expect(run.series[0].values == evaluations.meanLength.compactMap { Double($0) })
    #expect(run.series[1].values == evaluations.meanReward.compactMap { Double($0) })
    #expect(run.episodes.map(\.episode.reward) == evaluations.results.joined().compactMap { Double($0) })
    #expect(run.episodes.map(\.step) == evaluations.timesteps.flatMap { Array(repeating: $0, count: 4) })
    #expect(run.episodes.allSatisfy { $0.episode.phase == .evaluation && $0.episode.length > 0 })
    // Deflated, in Fortran's order, big-endian, of smaller types, and with successes.
    let packed = try ImportedRun(recorded("packed.npz"), path: "packed.npz", modified: 7)
    #expect(packed.episodes == run.episodes)
    #expect(Array(packed.series.prefix(2)) == run.series)
    #expect(packed.series[2].metric == "eval/success_rate")
    #expect(packed.series[2].values == evaluations.successRate.compactMap { Double($0) })
  }

  @Test func `what progress.csv and an event file both have is there once, with all digits and the exact time`() throws
  {
    let run = try imported(Self.files)
    let progress = try imported(["progress.csv"])
    let byMetric = Dictionary(uniqueKeysWithValues: run.series.map { ($0.metric.name, $0) })
    #expect(Set(byMetric.keys) == Set(read.progress.keys).union(["rollout/ep_rew", "rollout/ep_len"]))
    var dated = 0
    for (name, points) in read.progress {
      let series = try #require(byMetric[name])
      #expect(series.steps == points.map(\.step) && series.values == points.map(\.value), "\(name)")
      if let events = read.events[name] {
        // Python rounds halves of a microsecond to even ones.
        let theirs = events.compactMap { $0.other.map(Int64.init) }
        #expect(series.wallTimes.count == theirs.count, "\(name)")
        #expect(zip(series.wallTimes, theirs).allSatisfy { abs($0 - $1) <= 1 }, "\(name)")
        dated += 1
      } else {
        #expect(series.wallTimes == progress.series(Metric(name))?.wallTimes, "\(name)")
      }
    }
    #expect(dated > 10)
    // Evaluations are in three files; an episode of them has the time at which a logger had got so far.
    let evaluated = run.episodes.filter { $0.episode.phase == .evaluation }
    #expect(evaluated.count == 12 && evaluated.allSatisfy { $0.wallTime > 1_700_000_000_000_000 })
    #expect(run.pointCount == read.progress.values.reduce(0) { $0 + $1.count } + 2 * read.monitor.count)
  }

  @Test func `of two files that agree in part only, nothing is lost and nothing is twice`() throws {
    let csv = "time/total_timesteps,a,b\n10,1.00000001,5\n20,2,6\n30,nan,7\n"
    let first = try ImportedRun(Array(csv.utf8), path: "progress.csv", modified: 9_000_000)
    var record = exampleRecord(
      "r", series: [exampleSeries("a", [(10, 1, 1), (20, 2, 2.5), (30, 3, .nan), (40, 4, 8)])])
    record.series[0].wallTimes = [1, 2, 3, 4].map { $0 * 1_000_000 }
    var bytes: [UInt8] = []
    EventFileExport(record).write { (chunk) throws(Never) in bytes += chunk }
    let values = record.series[0].values
    let run = ImportedRun(joining: [try ImportedRun(bytes, path: "events", modified: 0), first])
    let a = try #require(run.series(Metric("a")))
    // At step 20 they say different things, so that both are kept; at 40 only one says anything.
    let pairs = zip(a.steps, a.values).map { "\($0) \($1)" }
    #expect(pairs.contains("10 1.00000001") && pairs.contains("20 2.0") && pairs.contains("30 nan"))
    #expect(Set(a.steps) == [10, 20, 30, 40] && a.steps.count == pairs.count)
    #expect(values.count == 4 && a.values.count == 5)
    #expect(a.wallTimes == a.wallTimes.sorted())
  }

  @Test func `no mutation of an archive crashes its reader or makes it hold more than it could`() throws {
    for file in ["folder/evaluations.npz", "packed.npz"] {
      let sound = try recorded(file)
      var mutator = FileMutator(seed: 12)
      var read = 0
      for _ in 0..<4_000 {
        guard let run = try? ImportedRun(mutator.mutate(sound), path: "f", modified: 0) else { continue }
        read += 1
        for series in run.series {
          try #require(series.steps.count == series.values.count && series.wallTimes.count == series.values.count)
        }
        try #require(run.pointCount + run.episodes.count < 1_000)
      }
      #expect(read > 50)
    }
  }

  @Test func `an archive that claims too much is refused in one sentence`() throws {
    let sound = try recorded("packed.npz")
    // The uncompressed size in the archive's list of files.
    let entry = try #require(sound.indices.first { sound[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    var huge = sound
    huge.replace(at: entry + 24, littleEndian: UInt32(0xFFFF_FFF0))
    for (bytes, reason) in [
      (huge, "this archive cannot be read: timesteps.npy is damaged"),
      (Array(sound.prefix(40)), "this archive cannot be read: the archive's list of files is missing"),
    ] {
      #expect { try ImportedRun(bytes, path: "x", modified: 0) } throws: {
        $0 as? ImportError == ImportError(path: "x", reason: reason)
      }
    }
  }

  @Test(arguments: [
    ("'|O'", "(2,)", "its elements are of the type O, which is not read"),
    ("'<c16'", "(2,)", "its elements are of the type c16, which is not read"),
    ("'<f8'", "(3,)", "it has 16 bytes of elements, which its shape does not fit"),
    ("'<f8'", "(4294967296, 4294967296)", "its shape is no array's"),
    ("'<f8'", "(2305843009213693952,)", "it has 16 bytes of elements, which its shape does not fit"),
    ("[('a', '<f8')]", "(2,)", "it holds no plain numbers"),
  ])
  func `an array that is none of numbers is refused`(kind: String, shape: String, reason: String) {
    let header = "{'descr': \(kind), 'fortran_order': False, 'shape': \(shape), }\n"
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    #expect(throws: UnreadableBytes(reason: reason)) {
      try NumPyArray(bytes + [UInt8](repeating: 0, count: 16))
    }
  }
}

extension ImportedRun {
  fileprivate func series(_ metric: Metric) -> Series? { series.first { $0.metric == metric } }
}

/// Which imported folders are seeds of one configuration.
@Suite struct ImportedFamiliesTests {
  @Test(
    arguments: [
      ("logs/PPO_1", "logs/PPO_", 1), ("logs/CartPole-v1_12", "logs/CartPole-v1_", 12), ("runs/3", "runs/", 3),
      ("a/seed7/PPO_1", "a/seed/PPO_1", 7), ("a/seed=3", "a/seed=", 3), ("exp_s10", "exp_s", 10),
      ("x-Seed-4-lr0.1", "x-Seed--lr0.1", 4), ("a/2/progress.csv", "a/", 2), ("a/seed5/0.monitor.csv", "a/seed", 5),
      ("logs/CartPole-v1", "logs/CartPole-v1", nil), ("gamma0.99", "gamma0.99", nil), ("lr1e-4", "lr1e-4", nil),
      ("PPO", "PPO", nil), ("logs/", "logs", nil), (".", ".", nil),
      ("n99999999999999999999999", "n99999999999999999999999", nil),
    ] as [(String, String, UInt64?)])
  func `a folder's name tells its configuration and its seed`(path: String, family: String, seed: UInt64?) {
    let name = SeedName(path)
    #expect(name.family == family && name.seed == seed)
  }

  private func hashes(_ families: ImportedFamilies) -> [String] { families.members.map(\.configurationHash) }

  @Test func `folders that differ in a trailing number are seeds of one configuration, unless told otherwise`() {
    let runs = ["l/PPO_1", "l/PPO_2", "l/A2C_2", "l/SAC"].map { (folder: $0, environment: "E-v1") }
    func families(agent: String? = nil, seed: UInt64? = nil, separate: Bool = false) -> ImportedFamilies {
      ImportedFamilies(of: runs, agent: agent, firstSeed: seed, separate: separate)
    }
    let plain = families()
    #expect(plain.members.map(\.seed) == [1, 2, 2, 0])
    #expect(hashes(plain)[0] == hashes(plain)[1] && Set(hashes(plain)).count == 3)
    #expect(
      plain.named == [
        "l/PPO: 2 runs are seeds 1, 2 of one configuration; --separate imports each as its own."
      ])
    #expect(families(seed: 10).members.map(\.seed) == [10, 11, 10, 10])
    let separate = families(separate: true)
    #expect(Set(hashes(separate)).count == 4 && separate.named.isEmpty)
    let told = families(agent: "ppo")
    #expect(Set(hashes(told)).count == 1 && Set(told.members.map(\.seed)).count == 4)
    let mixed = ImportedFamilies(
      of: [("a_1", "E-v1"), ("a_2", "F-v1")], agent: nil, firstSeed: nil, separate: false)
    #expect(Set(hashes(mixed)).count == 2 && mixed.named.isEmpty)
    // A seed that two names share is none.
    let same = ImportedFamilies(
      of: [("a_1", "E-v1"), ("a_01", "E-v1")], agent: nil, firstSeed: nil, separate: false)
    #expect(same.members.map(\.seed) == [0, 1] && Set(hashes(same)).count == 1)
  }
}
