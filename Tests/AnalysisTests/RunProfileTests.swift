import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

@Suite struct RunProfileTests {
  private func run(_ times: [String: [Double]]) -> RunRecord {
    var record = RunRecord(id: "x", description: exampleDescription())
    record.series = times.map { name, values in
      Series(
        metric: Metric("time/\(name)"), steps: values.indices.map { 100 * ($0 + 1) },
        wallTimes: values.indices.map { Int64($0) }, values: values)
    }
    return record
  }

  @Test func `shares, medians and the iterations that took long`() throws {
    // Twenty iterations of 0.1 s; the seventh waits for its world, the twelfth learns for 40 s, the last evaluates.
    var (environment, update) = (Array(repeating: 0.02, count: 20), Array(repeating: 0.08, count: 20))
    environment[6] = 0.92
    update[11] = 40.08
    let profile = try #require(
      RunProfile(
        run(["environment": environment, "update": update, "evaluation": [50], "waiting": [1, 2], "fps": [9]])))
    #expect(profile.iterations == 20 && profile.steps == 2_000)
    #expect(abs(profile.seconds - (1.3 + 41.6 + 50)) < 1e-9)
    #expect(profile.waiting == 3)
    #expect(profile.phases.map(\.name) == ["evaluation", "update", "environment"])
    #expect(abs(profile.phases.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    let phase = profile.phases[1]
    #expect(
      phase.median == 0.08 && phase.longest == 40.08 && phase.count == 20 && abs(phase.percentile95 - 2.08) < 1e-9)
    #expect(profile.outliers.map(\.step) == [1_200, 700])
    #expect(profile.outliers.map(\.phase) == ["update", "environment"])
    #expect(profile.outliers.map(\.isStall) == [true, false])
    #expect(abs(profile.outliers[1].seconds - 1) < 1e-9 && abs(profile.outliers[1].usual - 0.1) < 1e-9)
  }

  /// Linear between order statistics, as NumPy's.
  @Test(arguments: [
    ([3.0], 3.0, 3.0), ([1, 3], 2, 2.9), ([1, 2, 4], 2, 3.8), ([4, 1, 2, 3], 2.5, 3.85), ([5, 5, 5, 5, 5], 5, 5),
  ])
  func `percentiles of few iterations are in order`(values: [Double], median: Double, percentile95: Double) throws {
    let phase = try #require(RunProfile(run(["update": values]))).phases[0]
    #expect(abs(phase.median - median) < 1e-9 && abs(phase.percentile95 - percentile95) < 1e-9)
    #expect(phase.median <= phase.percentile95 && phase.percentile95 <= phase.longest)
  }

  @Test func `short iterations are no outliers, and a run without phases has no profile`() throws {
    let profile = try #require(RunProfile(run(["update": [0.001, 0.001, 0.001, 0.015, 0.001]])))
    #expect(profile.outliers.isEmpty)
    #expect(RunProfile(run(["fps": [1, 2, 3]])) == nil)
    #expect(RunProfile(run([:])) == nil)
    #expect(RunProfile(run(["update": []])) == nil)
  }
}
