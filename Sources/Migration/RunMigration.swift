import Interchange
import Tracker

/// Takes the runs of another tracker's store into a store of ours, each whole or not at all.
///
///     let report = try RunMigration(into: store).take(MLflowFolder("mlruns"))
///     print(report.imported, report.present)
package struct RunMigration {
  package struct Report: Sendable, Hashable {
    package var imported: [String] = []
    /// Runs that the store had.
    package var present = 0
    package var points = 0
    package var artifacts = 0
    package var models = 0
    /// Why runs were left out, a sentence each.
    package var failures: [String] = []
    package var wasInterrupted = false
  }

  package struct Progress: Sendable, Hashable {
    package var runs: Int
    package var total: Int
    package var points: Int
  }

  private let store: Store
  /// All runs go to it; nil: each to its own.
  private let experiment: String?
  private let isInterrupted: () -> Bool
  private let onProgress: (Progress) -> Void
  private let onLoss: (String) -> Void

  package init(
    into store: Store, experiment: String? = nil, isInterrupted: @escaping () -> Bool = { false },
    onProgress: @escaping (Progress) -> Void = { _ in }, onLoss: @escaping (String) -> Void = { _ in }
  ) {
    (self.store, self.experiment) = (store, experiment)
    (self.isInterrupted, self.onProgress, self.onLoss) = (isInterrupted, onProgress, onLoss)
  }

  /// What cannot be read of one run costs that run, and is said in the report. Throws `ImportError` where the whole cannot be
  /// read, `StoreError` where the store cannot be written.
  package func take(_ foreign: some ForeignStore) throws -> Report {
    let outlines = Self.parentsFirst(try foreign.outlines())
    if experiment == nil { try make(try foreign.experiments()) }
    var report = Report()
    for (count, outline) in outlines.enumerated() {
      if isInterrupted() {
        report.wasInterrupted = true
        return report
      }
      onProgress(Progress(runs: count, total: outlines.count, points: report.points))
      do {
        guard let id = try free(outline) else {
          report.present += 1
          continue
        }
        try take(outline, as: id, from: foreign, &report)
      } catch let error as ImportError {
        report.failures.append(error.description)
      } catch is Interrupted {
        report.wasInterrupted = true
        return report
      }
    }
    do {
      report.models = try add(try foreign.registeredModels())
    } catch let error as ImportError {
      report.failures.append(error.description)
    }
    return report
  }

  private struct Interrupted: Error {}

  private func take(
    _ outline: ForeignOutline, as id: String, from foreign: some ForeignStore, _ report: inout Report
  ) throws {
    let run = try foreign.load(outline)
    var description = run.description
    if let experiment { description.experiment = experiment }
    if let mark = outline.mark { description.tags[mark.tag] = mark.value }
    if let parent = outline.parent, try store.holds(parent) { description.parent = parent }
    var artifacts = 0
    do {
      try store.place(description, as: id, deletion: run.deletion) { writer in
        try MLflowMapping.record(parameters: run.parameters, tags: [], series: run.series, in: writer)
        if let text = run.text { try writer.describe(text) }
        for file in run.artifacts {
          if isInterrupted() { throw Interrupted() }
          if try keep(file, in: writer) { artifacts += 1 }
        }
        if let ending = run.ending {
          try writer.finish(status: ending.status, message: ending.message, at: ending.time)
        }
      }
    } catch StoreError.badExperimentName(let name, let reason) {
      throw ImportError(path: outline.place, reason: "its experiment '\(name)' cannot be a name here: \(reason)")
    }
    for loss in run.losses { onLoss(loss) }
    report.imported.append(id)
    report.points += run.pointCount
    report.artifacts += artifacts
  }

  /// False for a file that cannot be kept, which is said.
  private func keep(_ file: ForeignRun.File, in writer: RunWriter) throws(StoreError) -> Bool {
    do throws(StoreError) {
      try writer.saveArtifact(file: file.path, name: file.name, mediaType: MediaType.of(file.name))
      return true
    } catch {
      switch error {
      case .file(let failure) where failure.path == file.path: break
      case .badArtifactName: break
      default: throw error
      }
      onLoss("\(file.path) is left out: \(error.description)")
      return false
    }
  }

  /// The id that the run will have; nil where the store has it. Throws `ImportError` where others have all its ids.
  private func free(_ outline: ForeignOutline) throws -> String? {
    if let problem = outline.problem { throw ImportError(path: outline.place, reason: problem) }
    if outline.identifiers.isEmpty {
      throw ImportError(path: outline.place, reason: "'\(outline.id.prefix(80))' cannot be the id of a run")
    }
    for id in outline.identifiers {
      if try !store.holds(id) { return id }
      guard let mark = outline.mark else { return nil }
      if try store.load(id, includingDeleted: true).description.tags[mark.tag] == mark.value { return nil }
    }
    throw ImportError(
      path: outline.place, reason: "the store has other runs of the id \(outline.id): import it into another store")
  }

  /// Experiments that the store has stay as they are.
  private func make(_ experiments: [ForeignExperiment]) throws {
    // One that was renamed here since is known too.
    for experiment in experiments where try store.currentName(ofExperiment: experiment.name) == nil {
      // What cannot be a name here is said of each of its runs.
      if !Store.canName(experiment: experiment.name) { continue }
      try store.createExperiment(experiment.name, created: experiment.created)
      for (key, value) in experiment.tags.sorted(by: { $0.key < $1.key }) {
        try store.annotate(experiment: experiment.name, tag: key, value: value)
      }
      if experiment.isDeleted { try store.archive(experiment: experiment.name) }
    }
  }

  /// Models and versions that the registry does not have; returns how many models are new.
  private func add(_ models: [RegisteredModel]) throws -> Int {
    let registry = ModelRegistry(store: store.path)
    var count = 0
    for model in models {
      guard let known = try registry.find(model.name) else {
        try registry.create(model)
        count += 1
        continue
      }
      let new = model.versions.filter { version in !known.versions.contains { $0.number == version.number } }
        .filter { $0.number > known.lastNumber }
      if new.isEmpty { continue }
      try registry.change(model.name) { known in
        known.versions += new
        known.lastNumber = max(known.lastNumber, model.lastNumber)
        known.aliases.merge(model.aliases) { known, _ in known }
      }
    }
    return count
  }

  /// In the order they came in but for parents, which stand before their parts; of a ring somebody begins.
  static func parentsFirst(_ outlines: [ForeignOutline]) -> [ForeignOutline] {
    let byID = Dictionary(outlines.map { ($0.id, $0) }) { first, _ in first }
    var (taken, ordered): (Set<String>, [ForeignOutline]) = ([], [])
    for outline in outlines where !taken.contains(outline.id) {
      var line: [ForeignOutline] = []
      var next: ForeignOutline? = outline
      while let one = next, taken.insert(one.id).inserted {
        line.append(one)
        next = one.parent.flatMap { byID[$0] }
      }
      ordered += line.reversed()
    }
    return ordered
  }
}
