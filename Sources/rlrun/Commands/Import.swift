import ArgumentParser
import Formats
import Foundation
import Interchange
import Migration
import Telemetry
import Tracker

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import runs of MLflow, Weights & Biases, TensorBoard and Stable-Baselines3.",
    discussion: """
      Example:
        rlrun import mlruns
        rlrun import mlflow.db
        rlrun import wandb
        rlrun import logs/ --experiment old
        rlrun import progress.csv --agent ppo --environment CartPole-v1 --seed 3

      MLflow's folders and SQLite databases come with experiments, runs, nested runs, tags, notes, artifacts, data sets, logged
      and registered models, as if they had been logged through 'rlrun studio', and keep their ids. Runs of Weights & Biases are
      read from their .wandb files: config, history, summary, system metrics; images and tables are counted. A run that the store
      has is not imported again.

      Of other files every folder that holds some becomes a run: all its files together. A point keeps its step, its time and its
      value; a histogram its counts, in equal parts. The monitor.csv files of several environments are merged by time, and
      what progress.csv and an event file both have is imported once. Unreadable parts are reported and skipped.

      Folders that differ in a seed or a trailing number only (PPO_1, PPO_2) are seeds of one configuration; --separate
      makes each its own. With --agent all runs of an environment are seeds of one configuration.
      """)

  @Argument(help: "Files or folders; what they are is found out.", completion: .file())
  var paths: [String]

  @Option(help: "What the paths are (default: as found): mlflow, wandb or files.")
  var format: Format?

  @Option(help: "The experiment that the runs go to (default: their own, of files imported).")
  var experiment: String?

  @Option(help: "The agent to record.")
  var agent = "unknown"

  @Option(help: "The environment to record (default: as a monitor.csv names it, or unknown).")
  var environment: String?

  @Option(
    help: "The seed to record of the first run, further runs count on (default: as the folders' names say, else 0).")
  var seed: UInt64?

  @Flag(help: "Do not treat runs as seeds of one configuration.")
  var separate = false

  @OptionGroup var storeOption: StoreOption

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case mlflow, wandb, files

    /// nil for files, which are read one by one.
    var kind: ForeignStoreKind? { ForeignStoreKind(rawValue: rawValue) }
  }

  func run() throws {
    var files: [String] = []
    var stores: [(path: String, kind: ForeignStoreKind)] = []
    for path in paths {
      guard access(path, F_OK) == 0 else { throw InputError(path: path, code: ENOENT) }
      if let kind = format.map(\.kind) ?? ForeignStoreKind.recognised(at: path) {
        stores.append((path, kind))
      } else {
        files.append(path)
      }
    }
    if !stores.isEmpty {
      if agent != "unknown" || environment != nil || seed != nil || separate {
        throw UsageError(
          "--agent, --environment, --seed and --separate are for files; \(stores[0].path) says that of its runs itself")
      }
      try Migrating(experiment: experiment, storeOption: storeOption).run(stores)
    }
    if !files.isEmpty { try run(files) }
  }

  private func run(_ paths: [String]) throws {
    let folders = try Self.sources(paths)
    if folders.isEmpty {
      throw UsageError(
        "there is no run of MLflow or W&B, event file, progress.csv, monitor.csv or evaluations.npz in "
          + paths.joined(separator: ", "))
    }
    var runs: [(folder: String, run: ImportedRun)] = []
    for (folder, files) in folders {
      var parts: [ImportedRun] = []
      for file in files {
        do {
          parts.append(try ImportedRun(readFile(file), path: file, modified: Self.modified(file)))
        } catch let error as ImportError {
          complain(error.description)
        }
      }
      if !parts.isEmpty { runs.append((folder, ImportedRun(joining: parts))) }
    }
    if runs.isEmpty { throw ExitCode(1) }
    let store = try storeOption.open(create: true)
    let families = ImportedFamilies(
      of: runs.map { ($0.folder, environment ?? $0.run.environment ?? "unknown") },
      agent: agent == "unknown" ? nil : agent, firstSeed: seed, separate: separate)
    for ((folder, run), member) in zip(runs, families.members) {
      let writer = try store.start(description(of: run, named: folder, as: member))
      try writer.record(run)
      for loss in run.losses {
        complain(loss)
        try writer.note(loss)
      }
      try writer.finish(status: .finished, at: run.end)
      let histograms = run.histograms.isEmpty ? "" : ", \(run.histograms.count) histograms"
      let episodes = run.episodes.isEmpty ? "" : ", \(run.episodes.count) episodes"
      printPage(
        "\(writer.id)  \(run.series.count) metrics, \(run.pointCount) points\(episodes)\(histograms) from "
          + folder.printable,
        hanging: writer.id.count + 2)
    }
    for family in families.named { print(family.printable) }
  }

  private func description(
    of run: ImportedRun, named name: String, as member: ImportedFamilies.Member
  ) -> RunDescription {
    RunDescription(
      kind: .imported, experiment: experiment ?? "imported", name: name, subject: agent, target: member.environment,
      seed: member.seed, budget: run.lastStep, hyperparameters: [:], configurationHash: member.configurationHash,
      tags: ["imported": name], surroundings: .current(), start: run.start, formerHash: member.formerHash)
  }

  /// The files to read, a run's together; files of one folder that are named one by one are one run too.
  private static func sources(_ paths: [String]) throws -> [(folder: String, files: [String])] {
    var sources: [(folder: String, files: [String])] = []
    for (folder, files) in try paths.flatMap(files) {
      if let place = sources.firstIndex(where: { $0.folder == folder }) {
        sources[place].files = Set(sources[place].files + files).sorted()
      } else {
        sources.append((folder, files))
      }
    }
    return sources.map { $0.files.count == 1 && paths.contains($0.files[0]) ? ($0.files[0], $0.files) : $0 }
  }

  /// The files to read by the folder that holds them, sorted by name.
  private static func files(at path: String) throws -> [(folder: String, files: [String])] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw InputError(path: path, code: ENOENT)
    }
    if !isFolder.boolValue { return [(isKnown(path) ? (path as NSString).deletingLastPathComponent : path, [path])] }
    var found: [String: [String]] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
      let file = (path as NSString).appendingPathComponent(name)
      guard isKnown(file) else { continue }
      found[(file as NSString).deletingLastPathComponent, default: []].append(file)
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
  }

  /// Whether the file is called as trackers call theirs.
  private static func isKnown(_ path: String) -> Bool {
    let name = (path as NSString).lastPathComponent
    return name.contains("tfevents") || name == "progress.csv" || name.hasSuffix("monitor.csv")
      || name == "evaluations.npz"
  }

  /// Unix time in microseconds.
  private static func modified(_ path: String) -> Int64 {
    let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    return Int64((date?.timeIntervalSince1970 ?? 0) * 1e6)
  }
}
