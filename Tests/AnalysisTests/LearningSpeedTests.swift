import Telemetry
import TestSupport
import Testing

@testable import Analysis
@testable import Tracker

private let start: Int64 = 1_700_000_000_000_000

/// A curve whose point at step s is recorded s/100 s after the start.
private func curve(_ steps: [Int], _ values: [Double], metric: Metric = "rollout/ep_rew_mean") -> Series {
  Series(metric: metric, steps: steps, wallTimes: steps.map { start + Int64($0) * 10_000 }, values: values)
}

/// A finished CartPole run that has these series.
private func run(_ seed: UInt64, _ series: [Series]) -> RunRecord {
  var record = RunRecord(id: "run-\(seed)", description: exampleDescription(seed: seed, start: start))
  record.status = .finished
  record.series = series + [curve([300], [400], metric: "final/mean_reward")]
  return record
}

@Suite struct LearningSpeedTests {
  @Test("The area is the curve's mean height by trapezoids, whatever the distance of its points")
  func area() throws {
    let speed = try #require(LearningSpeed(curve([0, 100, 300], [0, 10, 10]), elapsed: { $0 - start }))
    #expect(abs((speed.area ?? 0) - 2_500.0 / 300) < 1e-12)
    let level = try #require(LearningSpeed(curve([50, 51, 1_000], [7, 7, 7]), elapsed: { $0 - start }))
    #expect(level.area == 7)
    let huge = Double.greatestFiniteMagnitude
    #expect(LearningSpeed(curve([0, 1], [huge, huge]), elapsed: { $0 - start })?.area == huge)
  }

  @Test("Points that are not finite are no part of a curve; points come by step, of several at one step the last")
  func points() throws {
    let untidy = curve([300, 0, 100, 200, 100], [10, 0, 99, .nan, 10])
    let speed = try #require(LearningSpeed(untidy, elapsed: { $0 - start }))
    #expect(abs((speed.area ?? 0) - 2_500.0 / 300) < 1e-12)
    #expect(speed.reaches(50) == nil)
    #expect(LearningSpeed(curve([5], [3]), elapsed: { $0 - start })?.area == nil)
    #expect(LearningSpeed(curve([1, 2], [.nan, .infinity]), elapsed: { $0 - start }) == nil)
    #expect(LearningSpeed(nil, elapsed: { $0 - start }) == nil)
  }

  @Test("A threshold is reached at the first point at or above it, in steps and in seconds since the start")
  func threshold() throws {
    let speed = try #require(LearningSpeed(curve([100, 200, 300, 400], [1, 5, 4, 9]), elapsed: { $0 - start }))
    let exact = try #require(speed.reaches(5))
    #expect(exact == (200, 2))
    let above = try #require(speed.reaches(5.5))
    #expect(above == (400, 4))
    #expect(speed.reaches(9.5) == nil)
  }

  @Test("The median counts the runs that do not reach it as later than all others")
  func median() {
    #expect(medianReached([100, 200], of: 3) == 200)
    #expect(medianReached([100], of: 3) == nil)
    #expect(medianReached([100], of: 2) == nil)
    #expect(medianReached([300, 100], of: 2) == 200)
    #expect(medianReached([], of: 0) == nil)
  }

  @Test(
    "A group's area is the mean over runs; its threshold is the world's reference score unless another is asked for")
  func group() throws {
    let records = [
      run(1, [curve([0, 100, 300], [0, 480, 480])]), run(2, [curve([0, 200, 300], [0, 475, 475])]),
      run(3, [curve([0, 100, 300], [0, 100, 100])]),
    ]
    let group = try #require(Comparison(of: records).groups.first)
    let areas = [400, (200 * 237.5 + 100 * 475) / 300, 250.0 / 3]
    #expect(abs((group.areaUnderCurve ?? 0) - areas.reduce(0, +) / 3) < 1e-9)
    #expect((group.threshold, group.reached) == (475, 2))
    #expect((group.stepsToThreshold, group.secondsToThreshold) == (200, 2))
    let high = try #require(Comparison(of: records, threshold: 478).groups.first)
    #expect((high.threshold, high.reached) == (478, 1))
    #expect(high.stepsToThreshold == nil && high.secondsToThreshold == nil)
  }

  @Test("The curve is of evaluations where every run has one, else of training")
  func whichCurve() {
    let training = curve([0, 100], [0, 0])
    let evaluations = curve([0, 100], [500, 500], metric: "eval/mean_reward")
    let all = Comparison(of: [run(1, [training, evaluations]), run(2, [training, evaluations])])
    #expect(all.curve == "eval/mean_reward")
    #expect(all.groups.map(\.areaUnderCurve) == [500])
    let some = Comparison(of: [run(1, [training, evaluations]), run(2, [training])])
    #expect(some.curve == "rollout/ep_rew_mean")
    #expect(some.groups.map(\.areaUnderCurve) == [0])
  }
}
