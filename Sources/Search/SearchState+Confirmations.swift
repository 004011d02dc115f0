import Tracker

// Runs with fresh seeds, which say how good the best settings are.
extension SearchState {
  /// The seeds of confirmations begin so far above those of trials.
  static let freshSeedOffset: UInt64 = 1_000

  func nextConfirmation() -> Next? {
    guard configuration.freshSeeds > 0, let best else { return nil }
    if configuration.population != nil { return nextConfirmation(of: lineage(of: best)) }
    let start = trials.first { $0.number == 0 && $0.failure == nil }
    for trial in [best, start].compactMap({ $0 })
    where confirmations[trial.number, default: []].count < configuration.freshSeeds {
      let runs = confirmations[trial.number] ?? []
      if runs.contains(where: { $0.status == .failed }) { continue }
      return .start(
        TrialRecord(trial.number, values: trial.values, purpose: .confirmation),
        seed: seed &+ Self.freshSeedOffset &+ UInt64(runs.count))
    }
    return nil
  }

  /// The trials that led to one of a population, the first first.
  private func lineage(of trial: TrialState) -> [TrialState] {
    var found = [trial]
    while let run = found[0].runs.last?.trial.origin?.run,
      let earlier = trials.first(where: { $0.runs.contains { $0.id == run } })
    {
      found.insert(earlier, at: 0)
    }
    return found
  }

  /// The best member's settings, one stretch after the other, and the settings at the start, each with fresh seeds.
  private func nextConfirmation(of lineage: [TrialState]) -> Next? {
    for index in 0..<configuration.freshSeeds {
      let fresh = seed &+ Self.freshSeedOffset &+ UInt64(index)
      var earlier: TrialRun?
      for trial in lineage {
        if let run = confirmations[trial.number]?.first(where: { $0.seed == fresh }) {
          if run.status == .failed { break }
          guard run.hasEnded else { return .wait }
          earlier = run
          continue
        }
        var record = TrialRecord(trial.number, values: trial.values, purpose: .confirmation)
        record.origin = earlier.map { .init(run: $0.id, checkpoint: "", stream: 0) }
        record.until = configuration.population?.end(of: trial.number)
        return .start(record, seed: fresh)
      }
    }
    let start = confirmations[0] ?? []
    guard start.count < configuration.freshSeeds, let values = configuration.startValues else { return nil }
    return .start(
      TrialRecord(0, values: values, purpose: .confirmation), seed: seed &+ Self.freshSeedOffset &+ UInt64(start.count))
  }

  /// Of settings with fresh seeds, those that have a score.
  func freshRuns(of number: Int) -> [TrialRun] { (confirmations[number] ?? []).filter { $0.score != nil } }

  func freshScores(of number: Int) -> [Double] { freshRuns(of: number).compactMap(\.score) }
}
