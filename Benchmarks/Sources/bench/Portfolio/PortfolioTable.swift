import Autopilot
import Fitting
import Foundation
import Search
import Settings
import Tracker
import Tuning

/// A public table on which many candidates are fitted, as the script describes it.
struct PortfolioTable: Decodable {
  var table: String
  var source: String
  var target: String
  var task: String
  /// Of which some were drawn.
  var rows: Int

  private static let folds = 3

  /// What is tried on it: the portfolio there is, and draws of each candidate's settings that are the same on every table.
  func search(in folder: URL, draws: [String: Int], trialSeconds: Double) throws -> SearchConfiguration {
    let data = try DataFile(folder.appendingPathComponent("\(table).csv").path, target: target)
    var request = AutopilotRequest(target: target)
    (request.task, request.test, request.folds) = (.init(rawValue: task), 0, Self.folds)
    let plan = try AutopilotPlan(of: data, request)
    var search = try plan.search(data, seed: 1)
    let choice = TrialTemplate.alternative
    guard case .choice(let names)? = search.space[choice]?.range else { return search }
    for case .text(let name) in names {
      let space = try SearchSpace(
        search.space.parameters.filter { $0.condition?.values == [.text(name)] }.map { parameter in
          SearchParameter(parameter.name, parameter.range)
        })
      let sampler = try SamplerName.random.makeSampler(space: space, seed: 1, direction: search.direction)
      for number in 0..<(draws[name] ?? 0) {
        guard let drawn = sampler.propose(number, history: []) else { break }
        let values = space.rounded(drawn).merging([choice: .text(name)]) { $1 }
        let text = PortfolioScore.text(values, search)
        // Drawn twice it would be a single line of the scores.
        if search.portfolio.contains(where: { PortfolioScore.text($0, search) == text }) { continue }
        search.portfolio.append(values)
      }
    }
    (search.trials, search.batch, search.trialSeconds, search.sampler) =
      (search.portfolio.count, nil, trialSeconds, .random)
    return search
  }

  /// Fits what is left to fit, and returns all of it.
  func trials(of search: SearchConfiguration, in store: Store) throws -> [TrialState] {
    let known = try store.fields(experiment: table).first { $0["kind"] == .text(RunKind.search.rawValue) }
    let run: SearchRun?
    if case .text(let id)? = known?["id"] {
      run = try SearchRun.resume(id, trials: nil, workers: 1, in: store)
      if run == nil { return try SearchOverview(id, in: store).state.trials }
    } else {
      run = try SearchRun.start(search, seed: 1, experiment: table, in: store)
    }
    guard let run else { return [] }
    try run.search(shouldStop: { false })
    return try SearchOverview(run.id, in: store).state.trials
  }
}
