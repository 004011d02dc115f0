import Foundation
import Testing

@testable import Fitting
@testable import Tracker

/// What fits record for the rules of fits: targets of the parts, shares of gain.
@Suite struct FitSignalsTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  private func record(_ lines: [String], model: String, time: String? = nil) throws -> RunRecord {
    let path = try place.file("\(model)-\(time ?? "").csv", (["t,a,b,y"] + lines).joined(separator: "\n") + "\n")
    let run = try place.fit(
      try FitConfiguration(data: DataFile(path), target: "y", model: model, time: time), seed: 3
    ).run
    return try place.store.load(run.id)
  }

  @Test func `targets that grow with time are wholly apart where the last rows validate`() throws {
    let lines = (0..<100).map { "\($0),\($0 * 37 % 11),\($0 % 3),\($0)" }
    let split = try record(lines, model: "ridge", time: "t")
    #expect(split.last("data/target_shift") == 1)
    #expect(abs(split.last("data/target_shift_by_chance")! - 1.95 * (1.0 / 80 + 1.0 / 20).squareRoot()) < 1e-12)
    #expect(split.findings.contains { $0.finding.rule == "TargetShift" })
    let drawn = try record(lines, model: "linear")
    #expect(drawn.last("data/target_shift")! < 0.5)
    #expect(drawn.findings.allSatisfy { $0.finding.rule != "TargetShift" })
  }

  @Test func `of classes the distance is that of the shares`() throws {
    // Among the first 80 rows 40 are of either class, of the last 20 all are of one.
    let lines = (0..<100).map { "\($0),\($0 * 37 % 11),\($0 % 3),\($0 >= 80 || $0 % 2 == 0 ? "up" : "down")" }
    let split = try record(lines, model: "logistic", time: "t")
    #expect(abs(split.last("data/target_shift")! - 0.5) < 1e-9)
    let share = 0.6
    let chance = 3.9 * (share * (1 - share) * (1.0 / 80 + 1.0 / 20)).squareRoot()
    #expect(abs(split.last("data/target_shift_by_chance")! - chance) < 1e-9)
    // Classes in proportion are not apart.
    #expect(try record(lines, model: "naive_bayes").last("data/target_shift")! < 0.02)
  }

  @Test func `trees record the shares of gain, and a copy of the target is suspected`() throws {
    let lines = (0..<200).map { "\($0 * 61 % 200),\($0 * 37 % 23),\($0 % 3),\(2 * ($0 * 61 % 200))" }
    let leak = try record(lines, model: "gbdt")
    let shares = leak.series.filter { $0.metric.name.hasPrefix("final/gain/") }.map { $0.values[0] }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9 && leak.last("final/gain/t")! > 0.95)
    #expect(leak.findings.contains { $0.finding.rule == "LeakingColumn" && $0.finding.subject == "t" })
    #expect(try record(lines, model: "linear").series.allSatisfy { !$0.metric.name.hasPrefix("final/gain/") })
  }
}
