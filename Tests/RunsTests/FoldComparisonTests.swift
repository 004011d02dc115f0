import Foundation
import Settings
import Telemetry
import Testing
import Tracker

@testable import Analysis
@testable import Fitting
@testable import Runs

/// Models that the same folds have tested.
@Suite struct FoldComparisonTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  @Test func `models are compared fold by fold`() throws {
    let (path, _) = try place.clouds("train.csv", 300, seed: 8)
    func run(_ model: String, folds: Int = 5, seed: UInt64 = 0, _ values: [String: HyperparameterValue] = [:]) throws
      -> RunRecord
    {
      try place.store.load(try place.fit(place.configuration(model, path, folds: folds, values), seed: seed).run.id)
    }
    let stump = try run("decision_tree", ["max_depth": .integer(1), "max_features": .text("all")])
    let records = try [stump, run("logistic"), run("naive_bayes")]
    let comparison = Comparison(of: records)
    let rows = comparison.folds
    #expect(rows.count == 3 && rows[0].verdict == "best" && rows[0].best == nil)
    let last = try #require(rows.first { $0.group == "decision_tree" })
    #expect(last.verdict == "worse" && last.best == rows[0].group && last.folds == 5)
    // By hand, from the recorded folds.
    let best = try #require(records.first { $0.description.subject == rows[0].group })
    let differences = zip(stump.series("fold/accuracy")!.values, best.series("fold/accuracy")!.values).map { $0 - $1 }
    let mean = differences.reduce(0, +) / 5
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
    let reach = 2.776_445_105 * ((1 / 5 + 60 / 240) * variance).squareRoot()
    #expect(abs(last.difference! - mean) < 1e-12)
    #expect(abs(last.differenceLow! - (mean - reach)) < 1e-9 && abs(last.differenceHigh! - (mean + reach)) < 1e-9)
    let near = try #require(rows.first { $0.group != rows[0].group && $0.group != "decision_tree" })
    #expect(near.verdict == "not distinguishable")
    #expect(comparison.text.contains("not distinguishable") && comparison.markdown.contains("| worse"))
    #expect(comparison.csv.contains("difference_low") && comparison.csv.contains("worse"))
    let read = try JSONDecoder().decode(Comparison.self, from: JSONEncoder().encode(comparison))
    #expect(read.folds == rows)
    // Other folds, and other seeds.
    let other = Comparison(of: [try run("logistic", folds: 4), stump])
    #expect(other.notes.contains { $0.contains("are not compared: different evaluations, folds") })
    #expect(other.folds.allSatisfy { $0.verdict == "not compared" })
    let apart = Comparison(of: [try run("logistic", seed: 1), stump])
    #expect(apart.notes.contains { $0.contains("are not compared fold by fold: no seed in common") })
    // Seeds are repeats.
    let seeds = try (0..<2).flatMap { seed in try ["logistic", "naive_bayes"].map { try run($0, seed: UInt64(seed)) } }
    #expect(Comparison(of: seeds).folds.map(\.folds) == [10, 10])
  }
}
