import Telemetry
import TestSupport
import Testing

@testable import Tracker

@Suite struct SeriesReadingTests {
  @Test("One series read alone is the one that load gives, compacted or not, with what a resume hides hidden")
  func alone() throws {
    for finish in [false, true] {
      let (folder, store, id) = try segmentedRun(finish: finish)
      defer { withExtendedLifetime(folder) {} }
      let record = try store.load(id)
      for series in record.series {
        #expect(try store.series(series.metric, of: id) == series)
        let last = try #require(try store.lastPoint(of: series.metric, in: id))
        #expect(last.step == series.steps.last && last.value == series.values.last)
      }
      #expect(try store.series("nothing", of: id) == nil)
      #expect(try store.lastPoint(of: "nothing", in: id) == nil)
      #expect(try store.chart("nothing", of: id).isEmpty)
    }
  }

  @Test(
    "Every bucket of a chart is exact about the points it covers, at every level of the pyramid",
    arguments: [
      2_500, 1_000, 40, 4, 1,
    ])
  func chart(buckets: Int) throws {
    let folder = TemporaryFolder()
    var store = try Store(path: folder.path, create: true, system: quietSystem())
    store.segmentLimit = 400_000
    let run = try store.start(exampleDescription())
    let count = 70_000
    func value(_ step: Int) -> Double { step % 991 == 990 ? .nan : Double(step * 7_919 % 10_007) - 3 }
    for step in 0..<count { run.record("a", value(step), step: step * 2) }
    try run.finish(status: .finished)
    #expect(try store.verify(run.id).sealedSegments > 1)
    let chart = try store.chart("a", of: run.id, buckets: buckets)
    #expect(chart.count <= buckets && chart.count >= min(buckets, 4) * 3 / 4)
    var next = 0
    for bucket in chart {
      #expect(bucket.firstStep == next * 2)
      let values = (next..<next + bucket.count).map(value)
      let finite = values.filter(\.isFinite)
      next += bucket.count
      #expect(bucket.lastStep == (next - 1) * 2)
      #expect(bucket.nonFinite == values.count - finite.count)
      #expect(bucket.minimum == finite.min() && bucket.maximum == finite.max())
      #expect(abs(bucket.mean - finite.reduce(0, +) / Double(finite.count)) < 1e-8)
    }
    #expect(next == count)
  }

  @Test("A damaged log's series is read up to where it may have lost points")
  func damaged() throws {
    let (folder, store, id) = try segmentedRun(points: 6_000, segmentLimit: 20_000)
    defer { withExtendedLifetime(folder) {} }
    let whole = try #require(try store.series("train/loss", of: id))
    let path = StoreLayout.segment(2, in: try #require(try store.folder(ofRun: id)))
    var bytes = readBytes(path)
    bytes[bytes.count / 2] ^= 1
    try writeBytes(bytes, path)
    let read = try #require(try store.series("train/loss", of: id))
    #expect(read == (try store.load(id).series("train/loss")))
    #expect(whole.steps.starts(with: read.steps) && read.steps.count < whole.steps.count)
    #expect(try !store.chart("train/loss", of: id).isEmpty)
  }

  @Test("A follower gets every point once, through every segment, and hears the end")
  func follow() throws {
    let folder = TemporaryFolder()
    var store = try Store(path: folder.path, create: true, system: quietSystem())
    store.segmentLimit = 20_000
    let run = try store.start(exampleDescription())
    let follower = try RunFollower(run.id, in: store)
    var steps: [Int] = []
    for step in 0..<9_000 {
      run.record("a", Double(step), step: step)
      if step % 137 == 0 {
        try run.flush()
        try follower.advance { steps.append($0.step) }
        #expect(steps.count == step + 1 && follower.status == .running)
      }
    }
    try run.finish(status: .finished)
    try follower.advance { steps.append($0.step) }
    #expect(steps == Array(0..<9_000))
    #expect(follower.status == .finished)
    // One that comes later gets the same from compacted segments.
    let late = try RunFollower(run.id, in: store)
    var points: [RunFollower.Point] = []
    try late.advance { points.append($0) }
    #expect(points.map(\.step) == steps && points.allSatisfy { $0.value == Double($0.step) && $0.metric == "a" })
    #expect(late.status == .finished)
  }
}
