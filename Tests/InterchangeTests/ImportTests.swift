import Foundation
import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Interchange
@testable import Tracker

private let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "Goldens/recorded/trackers")

private func recorded(_ file: String) throws -> [UInt8] {
  Array(try Data(contentsOf: folder.appending(path: file)))
}

private func imported(_ file: String, modified: Int64 = 0) throws -> ImportedRun {
  try ImportedRun(recorded(file), path: file, modified: modified)
}

/// What TensorBoard and pandas read in the recorded files: step and value by metric.
private func readByTheirOwn(_ file: String) throws -> [String: [(step: Int, values: [Double])]] {
  let all = try JSONSerialization.jsonObject(with: Data(recorded("read.json"))) as? [String: [String: [[Any]]]]
  let metrics = try #require(all?[file])
  return try metrics.mapValues { points in
    try points.map { point in
      let step = try #require(point[0] as? Int)
      return (step, try point.dropFirst().map { try #require(($0 as? String).flatMap(Double.init)) })
    }
  }
}

@Suite struct ImportTests {
  @Test(
    "What Stable-Baselines3 and TensorBoard wrote is imported point for point",
    arguments: ["sb3.tfevents", "progress.csv", "monitor.csv"])
  func pointForPoint(file: String) throws {
    let run = try imported(file)
    let expected = try readByTheirOwn(file)
    #expect(Set(run.series.map(\.metric.name)) == Set(expected.keys))
    for series in run.series {
      let points = try #require(expected[series.metric.name])
      #expect(series.steps == points.map(\.step), "\(series.metric)")
      #expect(series.values.map { [$0.bitPattern] } == points.map { $0.values.map(\.bitPattern) }, "\(series.metric)")
    }
    #expect(run.losses.isEmpty)
    #expect(run.pointCount > 20)
  }

  @Test("Scalars that TensorFlow 2 keeps as tensors, float32 and float64, with their times")
  func tensors() throws {
    let run = try imported("new.tfevents")
    #expect(run.series.map(\.metric.name) == ["double", "float"])
    let written: [Double] = [1.0 / 3, 1.0 / 4, 1.0 / 5, 1.0 / 6, 1.0 / 7]
    #expect(run.series[0].values == written)
    #expect(run.series[1].values == written.map { Double(Float($0)) })
    #expect(run.series[0].steps == [0, 10, 20, 30, 40])
    let times: [Int64] = [1_000_500_000, 1_001_500_000, 1_002_500_000, 1_003_500_000, 1_004_500_000]
    #expect(run.series[0].wallTimes == times)
  }

  @Test("Histograms of PyTorch and of TensorFlow 2: what the files say of the values, and each count in its place")
  func histograms() throws {
    let run = try imported("histograms.tfevents")
    #expect(run.losses.isEmpty && run.series.isEmpty)
    #expect(run.histograms.map(\.metric.name) == ["pytorch", "pytorch", "pytorch", "tensorflow"])
    #expect(run.histograms.map(\.wallTime) == [1_000_500_000, 1_001_500_000, 1_002_500_000, 1_005_500_000])
    let read = try readByTheirOwn("histograms.tfevents")
    let expected = try #require(read["pytorch"]) + #require(read["tensorflow"])
    for (recorded, (step, values)) in zip(run.histograms, expected) {
      let histogram = recorded.histogram
      #expect(recorded.step == step)
      #expect(histogram.count == 500 && histogram.nonFinite == 0 && histogram.bins.reduce(0, +) == 500)
      #expect(abs(histogram.minimum - values[0]) < 1e-12 && abs(histogram.maximum - values[1]) < 1e-12)
      let isOfPyTorch = recorded.metric == "pytorch"
      for (mine, theirs) in zip([histogram.mean, histogram.standardDeviation, histogram.norm2], values[2..<5]) {
        #expect(isOfPyTorch ? abs(mine - theirs) < 1e-9 : mine.isNaN)
      }
      // Up to any edge of theirs, the counts differ by what one bucket holds at most.
      let ends = stride(from: 5, to: values.count, by: 2)
      let most = Double(histogram.bins.max()!)
      var theirs = 0.0
      for place in ends {
        theirs += values[place + 1]
        let parts = (min(values[place], values[1]) - values[0]) / (values[1] - values[0]) * Double(histogram.bins.count)
        let mine = Double(histogram.bins.prefix(Int(parts.rounded())).reduce(0, +))
        #expect(abs(mine - theirs) <= max(most, values[place + 1]), "\(recorded.metric) to \(values[place])")
      }
    }
    // Of ten equal buckets none is touched.
    #expect(run.histograms.last?.histogram.bins.count == 10)
    #expect(run.histograms[0].histogram.norm1.isNaN && run.histograms[2].histogram.norm1 > 0)
  }

  @Test("A bucket's count is spread over the parts it covers, and nothing is lost or counted twice")
  func spreading() throws {
    // 0…8 holds 8, 8…64 holds 56, so that every part of 1 holds 1.
    let even = try #require(TensorBoardHistogram.read(rows: [0, 8, 8, 8, 64, 56]))
    #expect(even.bins == Array(repeating: 1, count: 64))
    #expect(even.minimum == 0 && even.maximum == 64 && even.mean.isNaN)
    // Of a bucket without width all values are one.
    let point = try #require(TensorBoardHistogram.read(rows: [3, 3, 5]))
    #expect(point.bins == [5] && point.minimum == 3 && point.maximum == 3)
    let far = try #require(TensorBoardHistogram.read(rows: [-1.7e308, 0, 3, 0, 1.7e308, 4]))
    #expect(far.bins == [3, 4])
    for rows: [Double] in [
      [], [0, 1], [0, 1, -1], [1, 0, 2], [0, 1, .nan], [.nan, 1, 1], [0, 1, 1.5], [0, 1, 1e300], [0, 2, 1, 1, 3, 1],
      [0, .infinity, 1], [0, 1, 0],
    ] { #expect(TensorBoardHistogram.read(rows: rows) == nil, "\(rows)") }
  }

  @Test("A monitor file's episodes, with the environment and the times since its start")
  func monitor() throws {
    let text = "#{\"t_start\": 100.5, \"env_id\": \"E-v1\"}\nr,l,t\n1.5,10,2\nx,1,3\n-2,5,4.25\n"
    let run = try ImportedRun(Array(text.utf8), path: "m.csv", modified: 0)
    #expect(run.environment == "E-v1")
    #expect(run.episodes.map(\.episode.reward) == [1.5, -2] && run.episodes.map(\.step) == [10, 15])
    #expect(run.episodes.map(\.wallTime) == [102_500_000, 104_750_000])
    #expect((run.start, run.end, run.lastStep) == (102_500_000, 104_750_000, 15))
    #expect(run.losses == ["m.csv, line 4: this is no episode's reward, length and time, left out."])
  }

  @Test("A progress file: steps and times from its columns, empty cells left out, bad rows told")
  func progress() throws {
    let text =
      "time/time_elapsed,time/total_timesteps,a,\"b,c\"\n1,100,,0.5\n2,200,nan,\n3,300\n4,400,oops,1e-3\n"
    let run = try ImportedRun(Array(text.utf8), path: "p.csv", modified: 10_000_000)
    #expect(run.series.map(\.metric.name) == ["a", "b,c", "time/time_elapsed", "time/total_timesteps"])
    #expect(run.series[0].values.map(\.isNaN) == [true] && run.series[0].steps == [200])
    #expect(run.series[1].values == [0.5, 1e-3] && run.series[1].steps == [100, 400])
    #expect(run.series[1].wallTimes == [7_000_000, 10_000_000])
    #expect(
      run.losses == [
        "p.csv, line 4: 2 fields where the header line has 4, left out.",
        "p.csv, line 5: the a is 'oops', no number, left out.",
      ])
  }

  @Test("A damaged record costs that record, a damaged length what follows, a torn end nothing before it")
  func damage() throws {
    let sound = try recorded("new.tfevents")
    let whole = try imported("new.tfevents")
    var starts = [0]
    while let length = TFRecord.length(at: starts.last!, in: sound) { starts.append(starts.last! + length + 16) }
    #expect(starts.last == sound.count)
    var bytes = sound
    bytes[starts[2] + 14] ^= 1
    let one = try ImportedRun(bytes, path: "e", modified: 0)
    #expect(one.pointCount == whole.pointCount - 1)
    #expect(
      one.losses == ["e is damaged at byte \(starts[2]): the record's checksum does not hold, so it is left out."])
    bytes = sound
    bytes[starts[3]] ^= 1
    let rest = try ImportedRun(bytes, path: "e", modified: 0)
    #expect(rest.pointCount == 2 && rest.losses.count == 1)
    #expect(rest.losses[0].contains("could not be read"))
    let torn = try ImportedRun(Array(sound.dropLast(3)), path: "e", modified: 0)
    #expect(torn.pointCount == whole.pointCount - 1)
    #expect(
      torn.losses == ["e ends inside a record at byte \(starts[starts.count - 2]): nothing before it is missing."])
  }

  @Test("A file of nothing we know is refused in one sentence")
  func refused() {
    for (text, reason) in [
      ("", "the file is empty: it is not a progress.csv"),
      ("a,b\n", "there is no row of numbers under the header line"),
      ("#{}\n1,2\n", "line 2 does not name columns r, l and t: it is not a monitor.csv"),
      ("\0\u{1}\n", "this is neither a TensorBoard event file, a progress.csv nor a monitor.csv"),
    ] {
      #expect { try ImportedRun(Array(text.utf8), path: "x", modified: 0) } throws: {
        $0 as? ImportError == ImportError(path: "x", reason: reason)
      }
    }
  }

  @Test(
    "No mutation of a file crashes its importer, or makes it return columns of unequal lengths",
    arguments: ["sb3.tfevents", "new.tfevents", "histograms.tfevents", "progress.csv", "monitor.csv"])
  func fuzz(file: String) throws {
    let sound = try recorded(file)
    var mutator = FileMutator(seed: 11)
    var read = 0
    for _ in 0..<12_500 {
      let bytes = mutator.mutate(sound)
      guard let run = try? ImportedRun(bytes, path: "f", modified: 0) else { continue }
      read += 1
      for series in run.series {
        try #require(series.steps.count == series.values.count && series.wallTimes.count == series.values.count)
      }
      for histogram in run.histograms.map(\.histogram) {
        try #require(histogram.bins.allSatisfy { $0 >= 0 } && histogram.bins.reduce(0, +) == histogram.count)
      }
    }
    #expect(read > 1_000)
  }

  @Test("An imported run is in the store as it was in the file, and ends when it ended")
  func stored() throws {
    let path = NSTemporaryDirectory() + "import-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let store = try Store(path: path, create: true)
    let run = try ImportedRun(
      joining: [imported("sb3.tfevents"), imported("monitor.csv"), imported("histograms.tfevents")])
    var description = exampleDescription(seed: 1)
    description.start = run.start
    let writer = try store.start(description)
    try writer.record(run)
    try writer.finish(status: .finished, at: run.end)
    let record = try store.load(writer.id)
    #expect(record.series.map(\.metric) == run.series.map(\.metric))
    for (mine, theirs) in zip(record.series, run.series) {
      #expect(mine.values.map(\.bitPattern) == theirs.values.map(\.bitPattern))
      #expect(mine.steps == theirs.steps && mine.wallTimes == theirs.wallTimes)
    }
    #expect(record.episodes == run.episodes)
    #expect(record.histograms.map { "\($0)" } == run.histograms.map { "\($0)" } && record.histograms.count == 4)
    #expect(record.end == run.end)
  }

  @Test("An event file that we export reads back: float32 values, steps and times in full")
  func eventFileExport() throws {
    let values: [Double] = [0.1, -.infinity, 1e-30, 12_345_678]
    let many = Series(
      metric: "a/ä", steps: [-5, 1_000_000_007, 2, 3], wallTimes: [0, 1, 2, 3], values: values)
    let record = exampleRecord("r", series: [many, exampleSeries("b", [(3, 1_700_000_000_123_457, 2)])])
    var bytes: [UInt8] = []
    EventFileExport(record).write { (chunk) throws(Never) in bytes += chunk }
    let run = try ImportedRun(bytes, path: "e", modified: 0)
    #expect(run.series.map(\.metric.name) == ["a/ä", "b"])
    #expect(run.series[0].values == values.map { Double(Float($0)) })
    #expect(run.series[0].steps == record.series[0].steps)
    #expect(run.series.map(\.wallTimes) == record.series.map(\.wallTimes))
    #expect(run.losses.isEmpty)
  }

  @Test(
    "An exported histogram has TensorFlow's buckets: what lies up to each right end; one of nothing finite is left out")
  func histogramExport() throws {
    var record = exampleRecord("r", series: [exampleSeries("b", [(3, 1_700_000_000_123_457, 2)])])
    record.histograms = [[0, 4, .nan], [.nan]].map { (values: [Double]) in
      RecordedHistogram(
        metric: "weights/q.0", histogram: Histogram(of: values, bins: 4), step: 7, wallTime: 1_500_000)
    }
    var bytes: [UInt8] = []
    EventFileExport(record).write { (chunk) throws(Never) in bytes += chunk }
    let run = try ImportedRun(bytes, path: "e", modified: 0)
    #expect(run.losses.isEmpty && run.histograms.count == 1 && run.histograms[0].step == 7)
    #expect(run.histograms[0].histogram == Histogram(of: [0, 4] as [Double], bins: 4))
    let doubles = [0, 4, 2, 4, 16].enumerated().flatMap { index, number in
      [UInt8(index + 1) << 3 | 1] + littleEndian(number)
    }
    let ends = [6 << 3 | 2, 32] + [1, 2, 3, 4].flatMap(littleEndian)
    let counts = [7 << 3 | 2, 32] + [1, 0, 0, 1].flatMap(littleEndian)
    let message = doubles + ends + counts
    #expect(bytes.indices.contains { bytes[$0...].starts(with: message) })
  }

  private func littleEndian(_ number: Double) -> [UInt8] {
    withUnsafeBytes(of: number.bitPattern.littleEndian, Array.init)
  }

  @Test("JSON Lines: an object a point, what is no JSON number as text")
  func jsonLines() throws {
    let record = exampleRecord("r\"", series: [exampleSeries("a\\\n", [(2, 5, .nan), (1, 1_500_000, 0.1)])])
    var bytes: [UInt8] = []
    JSONLinesExport([record]).metrics { (chunk) throws(Never) in bytes += chunk }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    try #require(lines.count == 2)
    let first = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
    #expect(first?["run"] as? String == "r\"" && first?["metric"] as? String == "a\\\n")
    #expect(first?["value"] as? Double == 0.1 && first?["step"] as? Int == 1)
    #expect(first?["wall_time"] as? Double == 1.5)
    #expect(lines[1].contains("\"value\":\"nan\""))
  }
}

/// Seeded changes to a file: bits flipped, bytes set, pieces cut out, doubled or moved, the end cut off.
struct FileMutator {
  private var generator: CounterGenerator

  init(seed: UInt64) { generator = CounterGenerator(SeedSequence(seed)) }

  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...generator.integer(below: 3) where !bytes.isEmpty {
      let place = generator.integer(below: bytes.count)
      let end = min(bytes.count, place + 1 + generator.integer(below: 32))
      switch generator.integer(below: 6) {
      case 0: bytes[place] ^= 1 << UInt8(generator.integer(below: 8))
      case 1: bytes[place] = UInt8(generator.integer(below: 256))
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: generator.integer(below: bytes.count))
      case 4: bytes.removeLast(bytes.count - place)
      default: bytes[place] = [0, 0xFF, 0x2C, 0x22, 0x0A, 0x2D, 0x65][generator.integer(below: 7)]
      }
    }
    return bytes
  }
}
