import Foundation
import Telemetry
import Tuning

/// How long a proposal takes after many trials.
struct ProposalTable {
  private static let trials = 10_000

  func print() throws {
    var table = Table("a proposal after 10,000 trials", "by", "CPU ms", "rlrun is")
    for function in [SearchFunctions.hartmann6, SearchFunctions.conditional] {
      let random = try SamplerName.random.makeSampler(space: function.space, seed: 1, direction: .minimize)
      let history = (0..<Self.trials).map { number in
        let values = random.propose(number, history: [])!
        return Trial(number, values, .finished(score: function.loss(values)))
      }
      let sampler = try SamplerName.tpe.makeSampler(space: function.space, seed: 1, direction: .minimize)
      let times = (0..<5).map { index in
        timed { _ = sampler.propose(Self.trials + index, history: history) }.cpuSeconds
      }
      let own = times.sorted()[2]
      table.add(function.name, "rlrun tpe", milliseconds(own), "")
      let importance = timed { _ = SettingImportance(function.space, history) }
      table.add("", "rlrun, importance of settings", milliseconds(importance.cpuSeconds), "")
      for (name, flags) in [("TPESampler", []), ("multivariate, group", ["--multivariate"])] {
        guard let python = SearchBenchmark.peer.python else {
          table.add("", "Optuna, \(name)", "not measured", "")
          continue
        }
        let reports: [SearchBenchmark.Figures] = try SearchBenchmark.peer.reports(
          from: python,
          arguments: ["propose", "--function", function.name, "--trials", "\(Self.trials)"] + flags)
        guard let figures = reports.last else { throw BenchmarkError("search.py did not end with a line of figures") }
        table.add(
          "", "Optuna \(figures.version), \(name)", milliseconds(figures.cpuSeconds),
          String(format: "%.0f×", figures.cpuSeconds / own))
      }
    }
    Swift.print("\n\(table.text)")
  }

  private func milliseconds(_ seconds: Double) -> String { String(format: "%.1f", seconds * 1000) }
}
