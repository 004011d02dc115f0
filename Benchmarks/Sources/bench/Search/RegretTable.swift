import Formats
import Foundation
import Telemetry
import Tuning

/// How far the best trial of a search is above the minimum.
struct RegretTable {
  let seeds: Int
  let trials: Int
  let hasPeers: Bool

  private static let bootstrap = Bootstrap(seed: 1, resamples: 5_000)

  func print(_ functions: [SearchFunction]) throws {
    var table = Table("mean regret", "by", "after \(trials) trials", "95% interval", "less by", "CPU s a search")
    for function in functions {
      var regrets: [Double] = []
      for (place, name) in [SamplerName.tpe, .sobol, .random].enumerated() {
        var own: [Double] = []
        let time = try timed { own = try (0..<seeds).map { try search(function, name, seed: UInt64($0)) } }
        if place == 0 { regrets = own }
        add(
          place == 0 ? function.name : "", "rlrun \(name.rawValue)", own, time.cpuSeconds / Double(seeds),
          against: regrets,
          to: &table)
      }
      guard hasPeers else { continue }
      for (name, flags) in [("TPESampler", []), ("multivariate, group", ["--multivariate"])] {
        guard let python = SearchBenchmark.peer.python else {
          table.add("", "Optuna, \(name)", "not measured", "", "", "")
          continue
        }
        let reports: [SearchBenchmark.Figures] = try SearchBenchmark.peer.reports(
          from: python,
          arguments: ["regret", "--function", function.name, "--seeds", "0-\(seeds - 1)", "--trials", "\(trials)"]
            + flags)
        guard reports.count == seeds else {
          throw BenchmarkError("search.py reported \(reports.count) of \(seeds) seeds")
        }
        for report in reports {
          guard let values = report.values, let score = report.score, abs(function.loss(values) - score) < 1e-6 else {
            throw BenchmarkError("\(function.name) is not the same function in search_functions.py")
          }
        }
        let cpu = reports.map(\.cpuSeconds).reduce(0, +) / Double(seeds)
        add(
          "", "Optuna \(reports[0].version), \(name)", reports.map { $0.best - function.minimum }, cpu,
          against: regrets,
          to: &table)
      }
    }
    Swift.print("\n\(table.text)")
  }

  /// A row, with the interval of how much less the regret of `own` is.
  private func add(
    _ function: String, _ by: String, _ regrets: [Double], _ seconds: Double, against own: [Double],
    to table: inout Table
  ) {
    let interval = Self.bootstrap.interval(of: [regrets]) { mean($0[0]) }
    var less = ""
    if regrets != own {
      let difference = Self.bootstrap.interval(of: [regrets, own]) { mean($0[0]) - mean($0[1]) }
      less = "\(short(difference.low)) to \(short(difference.high))"
    }
    table.add(
      function, by, short(mean(regrets)), "\(short(interval.low)) to \(short(interval.high))", less,
      String(format: "%.3f", seconds))
  }

  private func short(_ value: Double) -> String { String(format: "%.3g", value) }

  private func search(_ function: SearchFunction, _ name: SamplerName, seed: UInt64) throws -> Double {
    let sampler = try name.makeSampler(space: function.space, seed: seed, direction: .minimize)
    var history: [Trial] = []
    for number in 0..<trials {
      guard let values = sampler.propose(number, history: history) else { break }
      history.append(Trial(number, values, .finished(score: function.loss(values))))
    }
    return (history.best(.minimize)?.score ?? .infinity) - function.minimum
  }
}
