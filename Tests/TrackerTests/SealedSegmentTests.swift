import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Files
@testable import Tracker

/// A run of several segments, with a superseded stretch, that has something of every kind; its folder's owner first.
func segmentedRun(
  seed: UInt64 = 1, points: Int = 12_000, segmentLimit: Int = 40_000, finish: Bool = true
) throws -> (
  folder: TemporaryFolder, store: Store, id: String
) {
  let folder = TemporaryFolder()
  var store = try Store(path: folder.path, create: true, system: quietSystem())
  store.segmentLimit = segmentLimit
  var random = CounterGenerator(SeedSequence(5))
  var run = try store.start(exampleDescription(seed: seed))
  let id = run.id
  for step in 0..<points {
    if step == points * 2 / 3 {
      try run.finish(status: .interrupted)
      run = try store.resume(id, from: try store.load(id).lastCheckpoint, steps: points)
    }
    run.record("train/loss", Double(Float(random.next() % 1_000_003) / 1_000), step: step)
    if step % 3 == 0 { run.record("train/learning_rate", 0.5, step: step) }
    if step % 7 == 0 {
      run.record(Episode(phase: .training, reward: Double(step), length: step, truncated: step % 2 == 0), step: step)
    }
    if step == points / 4 || step == points / 2 { try run.saveCheckpoint([1, 2, 3], step: step, best: false) }
    if step == points / 3 {
      run.record(exampleFinding)
      run.record(Histogram(of: [0.5, 1, -2, .nan], bins: 4), as: "weights", step: step)
      try run.tag("kept", "yes")
    }
    if step % 500 == 499 { try run.flush() }
  }
  if finish { try run.finish(status: .finished) } else { try run.flush() }
  return (folder, store, id)
}

@Suite struct SealedSegmentTests {
  @Test("Every column comes back bit for bit from the encoding that was chosen for it")
  func columns() throws {
    var random = CounterGenerator(SeedSequence(1))
    let noisy = (0..<1_000).map { _ in Double(bitPattern: random.next()) }
    let floats: [[Double]] = [
      [], [1.5], [.nan, -.nan, .infinity, -0.0, 0.0, Double(bitPattern: 0x7FF4_0000_0000_1234)], noisy,
      Array(repeating: 0.1, count: 777), (0..<1_000).map { _ in Double(Float(random.next() % 9_973) / 97) },
      (0..<1_000).map { Double($0 / 10) }, noisy.map { Double(Float($0)) },
    ]
    for values in floats {
      for append in [
        { (bytes: inout [UInt8]) in bytes.appendPlanes(values) },
        { (bytes: inout [UInt8]) in bytes.appendExclusiveOr(values) },
        { (bytes: inout [UInt8]) in bytes.appendShortest(values) },
      ] {
        var bytes: [UInt8] = []
        append(&bytes)
        var reader = ByteReader(bytes, 0..<bytes.count)
        var read: [Double] = [3]
        try reader.floats(values.count, into: &read)
        try reader.finish()
        #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
      }
    }
    let integers: [[Int64]] = [
      [], [7], [.min, .max, 0, -1, .min], (0..<1_000).map { $0 * 3 },
      (0..<1_000).map { _ in Int64(random.next() % 19) - 9 },
      noisy.map { Int64(bitPattern: $0.bitPattern) }, (0..<300).map { 1_700_000_000_000_000 + $0 * $0 },
    ]
    for values in integers {
      for append in [
        { (bytes: inout [UInt8]) in bytes.appendPacked(values) },
        { (bytes: inout [UInt8]) in bytes.appendShortest(values) },
      ] {
        var bytes: [UInt8] = []
        append(&bytes)
        var reader = ByteReader(bytes, 0..<bytes.count)
        var read: [Int64] = [3]
        try reader.integers(values.count, into: &read)
        try reader.finish()
        #expect(read == values)
      }
    }
  }

  @Test("A run of many segments, compacted, says what it said before it was, superseded points and all")
  func sameRecord() throws {
    let (folder, store, id) = try segmentedRun(finish: false)
    defer { withExtendedLifetime(folder) {} }
    let directory = try #require(try store.folder(ofRun: id))
    let numbers = try StoreLayout.segments(in: directory)
    #expect(numbers.count > 4)
    let found = try LogScan(StoreLayout.readSegments(in: directory), run: id).segments
    #expect(found.dropLast().contains { $0.isSealed })
    #expect(!found.last!.isSealed)
    for superseded in [false, true] {
      let before = try store.load(id, includingSuperseded: superseded)
      #expect(before.condition == .sound)
      for number in numbers { try SegmentSealer.seal(segment: number, in: directory, system: SystemCalls()) }
      #expect(
        try StoreLayout.readSegments(in: directory).allSatisfy { FrameHeader($0.bytes, at: 40)?.isSealed == true })
      let after = try store.load(id, includingSuperseded: superseded)
      #expect(after.condition == .sound)
      #expect(facts(after) == facts(before))
      #expect(after.series("train/loss")?.values.count == (superseded ? 12_000 : 10_001))
    }
    #expect(try store.verify(id).isSound)
    // A writer goes on in a new segment.
    let run = try store.resume(id, from: nil, steps: 5)
    run.record("train/loss", 1, step: 1)
    try run.finish(status: .finished)
    #expect(try store.load(id).series("train/loss")?.values == [1])
    #expect(try StoreLayout.segments(in: directory).count == numbers.count + 1)
    #expect(try store.verify(id).isSound)
  }

  @Test("Damage anywhere in a sealed segment costs one frame at most, and is named with its segment and offset")
  func damage() throws {
    let (folder, store, id) = try segmentedRun(points: 1_500, segmentLimit: 12_000)
    defer { withExtendedLifetime(folder) {} }
    let segments = try StoreLayout.readSegments(in: try #require(try store.folder(ofRun: id)))
    #expect(segments.count > 1)
    func read(_ segments: [LogSegment], _ mode: DamageMode) throws -> RunAssembly {
      try RunAssembly(segments, id: id, experiment: "cp", includingSuperseded: true, mode: mode)
    }
    let whole = try read(segments, .salvage)
    let all = Set(facts(whole.record))
    let prefixes = whole.record.series
    for (place, segment) in segments.enumerated() {
      for byte in stride(from: place, to: segment.bytes.count, by: 37) {
        var damaged = segments
        damaged[place].bytes[byte] ^= 1 << UInt8(byte % 8)
        let salvaged = try read(damaged, .salvage)
        guard case .damaged(let damages) = salvaged.record.condition else {
          Issue.record("segment \(segment.number), byte \(byte) was not found")
          continue
        }
        #expect(damages.count <= 2 && damages[0].segment == segment.number && damages[0].offset <= byte)
        #expect(all.isSuperset(of: facts(salvaged.record)))
        #expect(salvaged.scan.frameCount >= whole.scan.frameCount - 1)
        #expect(salvaged.record.isDescribed)
        #expect(throws: StoreError.self) { try read(damaged, .strict) }
        // Up to the first loss no series has a hole.
        for series in try read(damaged, .pointInTime).record.series {
          let known = try #require(prefixes.first { $0.metric == series.metric })
          #expect(known.steps.starts(with: series.steps) && known.values.starts(with: series.values))
        }
      }
    }
  }

  @Test("A segment that is missing, or of another run, is found")
  func misplacedSegments() throws {
    let (folder, store, id) = try segmentedRun(points: 4_000, segmentLimit: 20_000)
    let (other, otherStore, otherID) = try segmentedRun(seed: 2, points: 4_100, segmentLimit: 20_000)
    defer { withExtendedLifetime((folder, other)) {} }
    let segments = try StoreLayout.readSegments(in: try #require(try store.folder(ofRun: id)))
    let foreign = try StoreLayout.readSegments(in: try #require(try otherStore.folder(ofRun: otherID)))
    #expect(segments.count >= 3)
    let all = Set(facts(try RunAssembly(segments, id: id, experiment: "cp", includingSuperseded: true).record))
    for place in 0..<segments.count - 1 {
      var missing = segments
      missing.remove(at: place)
      let record = try RunAssembly(missing, id: id, experiment: "cp", includingSuperseded: true, mode: .salvage).record
      guard case .damaged(let damages) = record.condition else {
        Issue.record("segment \(place + 1) is not missed")
        continue
      }
      #expect(damages[0].segment == place + 1)
      #expect(record.isDescribed && all.isSuperset(of: facts(record)))
    }
    var spliced = segments
    spliced[1] = foreign[1]
    let record = try RunAssembly(spliced, id: id, experiment: "cp", mode: .salvage).record
    guard case .damaged(let damages) = record.condition else {
      Issue.record("a foreign segment was taken")
      return
    }
    #expect(damages[0].reason.contains("does not belong"))
    #expect(all.isSuperset(of: facts(record)))
  }
}
