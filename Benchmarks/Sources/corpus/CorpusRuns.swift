import Fitting
import Foundation
import Runs
import Tracker
import Training

/// The runs of the corpus in their store: each case is a run that carries the case's name.
struct CorpusRuns {
  let store: Store
  static let experiment = "corpus"

  /// Runs the cases that have no run yet; says each as it ends.
  func run(_ cases: [Case], jobs: Int) throws {
    let done = Set(try ended(cases).map(\.case.name))
    let open = cases.filter { !done.contains($0.name) }
    let start = Date()
    let results = ThreadLauncher<Void>().run(open, atOnce: jobs) { one in
      let begin = Date()
      try run(one)
      print(one.name, String(format: "%.1f s", Date().timeIntervalSince(begin)))
      // Each line as it comes, into a file too.
      fflush(nil)
    }
    for (one, result) in zip(open, results) {
      // A broken run may end with an error of its own; its log says so.
      if case .failure(let error) = result { print("\(one.name): \(error)") }
    }
    print(String(format: "%d runs in %.0f s", open.count, Date().timeIntervalSince(start)))
  }

  /// The cases that have a run which has ended, with the run.
  func ended(_ cases: [Case]) throws -> [(case: Case, run: RunRecord)] {
    var runs: [String: RunRecord] = [:]
    for run in try store.runs(experiment: Self.experiment) where [.finished, .failed].contains(run.status) {
      runs[run.description.name] = run
    }
    return cases.compactMap { one in runs[one.name].map { (one, $0) } }
  }

  /// One line a point, of the metrics that an agent's trainer usually records: what a peer would be given.
  func writeSeries(of cases: [Case], to path: String) throws {
    var lines = ["run,metric,step,value"]
    for (one, run) in try ended(cases) {
      for series in run.series {
        guard ["rollout/", "train/", "eval/"].contains(where: series.metric.name.hasPrefix) else { continue }
        for (step, value) in zip(series.steps, series.values) {
          lines.append("\(one.name),\(series.metric),\(step),\(value)")
        }
      }
    }
    try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func run(_ one: Case) throws {
    switch one.work {
    case .training(let configuration):
      let run = try TrainingRun.start(
        configuration, seed: one.seed, experiment: Self.experiment, name: one.name, in: store)
      try run.train()
    case .fit(let table, let model, let values):
      let folder = store.path + "-data"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let path = folder + "/" + table.fileName
      try table.write(to: path)
      let configuration = try FitConfiguration(
        data: DataFile(path), target: "y", model: model, time: table.drift == nil ? nil : "t", values: values)
      let run = try FitRun.start(
        configuration, seed: one.seed, experiment: Self.experiment, name: one.name, in: store)
      try run.fit()
    }
  }
}
