import ArgumentParser
import Environments
import Foundation
import Runs
import Tracker
import Training

@main
struct Study: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains every agent in its worlds from several seeds and writes Docs/RESULTS.md.",
    discussion: """
      Runs that are finished are not run again: each has a line in Docs/results/study.csv. A line that was written with
      another configuration is replaced. A run that the store has without a line is taken, and resumed where it was killed.
      """)

  @Option(help: "Cells whose seeds take up to 3 minutes (1), up to 20 (2), longer (3).")
  var tier = 1

  @Option(help: "Only cells whose agent or environment is this.")
  var only: String?

  @Option(help: "Trainings side by side.")
  var jobs = 1

  @Option(help: "The folder of the runs.")
  var store = "runs"

  @Flag(help: "Train the presets best, and the zoo's beside them, to their thresholds.")
  var best = false

  @Flag(help: "Train anew what has no line, whatever the store has: for agents that have changed.")
  var anew = false

  @Flag(help: "Train nothing: take the finished runs of the store that have no line, and write the page.")
  var take = false

  @Flag(help: "Train nothing, only write the page.")
  var report = false

  func run() throws {
    let results = Self.root.appendingPathComponent("Docs/results")
    let path = results.appendingPathComponent("study.csv").path
    let bestPath = results.appendingPathComponent("best.csv").path
    if !report {
      let runs = StudyRuns(
        store: try Store(path: store, create: true), experiment: best ? "best" : "study", beginsAnew: anew,
        onlyTakes: take)
      if best {
        let study = BestStudy(path: bestPath, runs: runs, jobs: jobs)
        for cell in bestCells where [nil, cell.agent, cell.environment].contains(only) { try study.train(cell) }
      } else {
        for cell in cells where cell.tier == tier && [nil, cell.agent, cell.environment].contains(only) {
          try train(cell, into: path, runs)
        }
      }
    }
    let page = try ResultsPage(
      scores: Score.read(path), peers: Score.read(results.appendingPathComponent("peers.csv").path),
      published: PublishedScore.read(results.appendingPathComponent("published.csv").path),
      best: BestScore.read(bestPath))
    try page.text.write(
      to: Self.root.appendingPathComponent("Docs/RESULTS.md"), atomically: true, encoding: .utf8)
  }

  /// Trains the seeds that have no line yet; a world that there is not is passed over.
  private func train(_ cell: Cell, into path: String, _ runs: StudyRuns) throws {
    guard EnvironmentCatalogue.builtIn.contains(where: { $0.id == cell.environment }) else { return }
    var configuration = try TrainingConfiguration(
      environment: cell.environment, agent: cell.agent, preset: .zoo)
    configuration.plan.evaluationFrequency = 0
    let hash = configuration.hash
    let isCurrent = { (score: Score) in
      score.agent == cell.agent && score.environment == cell.environment && score.configuration == hash
    }
    let seeds = (1...cell.seeds).map { UInt64($0) }
    let done = Set(try Score.read(path).filter(isCurrent).map(\.seed))
    let lock = NSLock()
    let settled = configuration
    for result in ThreadLauncher<Void>().run(
      seeds.filter { !done.contains(Int($0)) }, atOnce: jobs,
      { seed in
        guard let record = try runs.finished(settled, seed: seed) else { return }
        let score = Score(
          program: "rlrun", version: programVersion, agent: cell.agent, environment: cell.environment,
          configuration: hash, seed: Int(seed), steps: record.lastStep, reward: try record.finalReward,
          seconds: record.activeSeconds ?? 0)
        lock.lock()
        defer { lock.unlock() }
        let others = try Score.read(path).filter {
          $0.agent != cell.agent || $0.environment != cell.environment
            || ($0.configuration == hash && $0.seed != Int(seed))
        }
        try Score.write(others + [score], to: path)
        print(score.line)
        // Each line as it comes, into a file too.
        fflush(nil)
      })
    { _ = try result.get() }
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
