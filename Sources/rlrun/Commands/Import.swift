import ArgumentParser
import Experiments
import Foundation
import Telemetry
import Tracker

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Bring runs along from TensorBoard event files and Stable-Baselines3's progress.csv and monitor.csv.",
    discussion: """
      Example:
        rlrun import logs/ --experiment old
        rlrun import progress.csv --agent ppo --environment CartPole-v1 --seed 3

      Every folder that holds such files becomes a run: all its files together. A point keeps its step, its time and its
      value; a histogram its counts, in equal parts. What cannot be read is said in a sentence, and the rest is imported.
      """)

  @Argument(help: "Files, or folders that are searched for them.", completion: .file())
  var paths: [String]

  @Option(help: "The experiment that the runs go to.")
  var experiment = "imported"

  @Option(help: "The agent to record.")
  var agent = "unknown"

  @Option(help: "The environment to record (default: as a monitor.csv names it, or unknown).")
  var environment: String?

  @Option(help: "The seed to record of the first run; further runs count on.")
  var seed: UInt64 = 0

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let folders = try paths.flatMap(Self.files)
    if folders.isEmpty {
      throw UsageError(
        "there is no event file, progress.csv or monitor.csv in \(paths.joined(separator: ", "))")
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
    for (number, (folder, run)) in runs.enumerated() {
      let writer = try store.start(description(of: run, named: folder, seed: seed &+ UInt64(number)))
      try writer.record(run)
      for loss in run.losses {
        complain(loss)
        try writer.note(loss)
      }
      try writer.finish(status: .finished, at: run.end)
      let histograms = run.histograms.isEmpty ? "" : ", \(run.histograms.count) histograms"
      printPage(
        "\(writer.id)  \(run.series.count) metrics, \(run.pointCount) points\(histograms) from \(folder)",
        hanging: writer.id.count + 2)
    }
  }

  private func description(of run: ImportedRun, named name: String, seed: UInt64) -> RunDescription {
    let environment = environment ?? run.environment ?? "unknown"
    // Runs of nobody knows which agent are not each other's seeds.
    let told = agent == "unknown" ? name : agent
    return RunDescription(
      experiment: experiment, name: name, agent: agent, environment: environment, seed: seed, copies: 0,
      budget: run.lastStep, hyperparameters: [:], protocolSettings: [:],
      configurationHash: String(SHA256.hexadecimal(Array("imported\n\(told)\n\(environment)".utf8)).prefix(16)),
      tags: ["imported": name],
      surroundings: .current(), start: run.start)
  }

  /// The files to read by the folder that holds them, sorted by name.
  private static func files(at path: String) throws -> [(folder: String, files: [String])] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw InputError(path: path, code: ENOENT)
    }
    if !isFolder.boolValue { return [(path, [path])] }
    var found: [String: [String]] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
      let file = (path as NSString).appendingPathComponent(name)
      let last = (name as NSString).lastPathComponent
      guard last.contains("tfevents") || last == "progress.csv" || last.hasSuffix("monitor.csv") else { continue }
      found[(file as NSString).deletingLastPathComponent, default: []].append(file)
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
  }

  /// Unix time in microseconds.
  private static func modified(_ path: String) -> Int64 {
    let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    return Int64((date?.timeIntervalSince1970 ?? 0) * 1e6)
  }
}
