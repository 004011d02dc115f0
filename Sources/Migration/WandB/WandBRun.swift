import Formats
import Settings
import Telemetry
import Tracker

/// A run of W&B's as one of ours.
struct WandBRun {
  private let recording: WandBRecording

  init(_ recording: WandBRecording) { self.recording = recording }

  var run: ForeignRun {
    var run = ForeignRun(description: description)
    run.series = recording.series
    run.text = recording.notes.isEmpty ? nil : recording.notes
    let end = end
    addSummary(to: &run, at: end)
    if let code = recording.exitCode {
      run.ending = ForeignRun.Ending(
        status: code == 0 ? .finished : .failed, message: code == 0 ? nil : "exit status \(code)", time: end)
    }
    return run
  }

  private var description: RunDescription {
    var settings = settings
    var seed: UInt64 = 0
    // Runs that differ by it alone are seeds of one configuration.
    if case .integer(let number)? = settings["seed"], let known = UInt64(exactly: number) {
      seed = known
      settings["seed"] = nil
    }
    let surroundings = Surroundings(
      programVersion: recording.version.isEmpty
        ? "" : "wandb \(recording.version.prefix { $0 != "+" })",
      gitCommit: recording.commit.isEmpty ? nil : recording.commit, host: recording.host, cores: recording.cores,
      blasCoreType: "", blasThreads: 0, kernelVariant: "",
      commandLine: recording.program.isEmpty ? [] : [recording.program] + recording.arguments)
    return RunDescription(
      kind: "program", experiment: recording.project.isEmpty ? "uncategorized" : recording.project,
      name: recording.name, subject: "program", target: "", seed: seed,
      budget: recording.exitCode == nil ? 0 : lastStep, hyperparameters: settings, tags: tags,
      surroundings: surroundings,
      start: recording.start ?? recording.series.compactMap { $0.wallTimes.min() }.min() ?? 0)
  }

  private var lastStep: Int { max(0, recording.series.compactMap { $0.steps.max() }.max() ?? 0) }

  private var tags: [String: String] {
    var tags: [String: String] = [:]
    // W&B's tags are words; ours have values.
    for label in recording.labels where !label.isEmpty { tags[label] = "" }
    for (key, value) in [
      ("wandb.group", recording.group), ("wandb.job_type", recording.jobType), ("wandb.sweep", recording.sweep),
    ] where !value.isEmpty {
      tags[key] = value
    }
    return tags
  }

  /// What is nested has names with slashes.
  private var settings: [String: HyperparameterValue] {
    var leaves: [(path: [String], value: JSONValue)] = []
    for (path, value) in recording.config.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      WandBRecording.flatten(value, path, into: &leaves)
    }
    var settings: [String: HyperparameterValue] = [:]
    for leaf in leaves { settings[leaf.path.joined(separator: "/")] = Self.setting(leaf.value) }
    return settings
  }

  private static func setting(_ value: JSONValue) -> HyperparameterValue {
    switch value {
    case .null: return .none
    case .flag(let flag): return .flag(flag)
    case .integer(let number): return .integer(number)
    case .number(let number): return .number(number)
    case .text(let text): return .text(text)
    case .list(let values):
      let numbers = values.compactMap { if case .integer(let number) = $0 { number } else { nil } }
      if !numbers.isEmpty, numbers.count == values.count { return .integers(numbers) }
      return .text(MLflowMapping.text(of: value))
    case .object: return .text(MLflowMapping.text(of: value))
    }
  }

  private var end: Int64 {
    let start = recording.start ?? 0
    let (length, isOver) = Int64(clamping: recording.runtime).multipliedReportingOverflow(by: 1_000_000)
    let (end, isBeyond) = start.addingReportingOverflow(length)
    return max(recording.lastTime, isOver || isBeyond ? start : end)
  }

  /// What the summary says beyond the last points: numbers as a last point, texts as tags.
  private func addSummary(to run: inout ForeignRun, at end: Int64) {
    let last = Dictionary(run.series.map { ($0.metric.name, $0.values.last) }) { $1 }
    let step = lastStep
    for (name, value) in recording.summary.sorted(by: { $0.key < $1.key }) where !name.hasPrefix("_") {
      if let number = WandBRecording.number(value) {
        let known = last[name] ?? nil
        if let known, known == number || known.isNaN && number.isNaN { continue }
        run.series.append(
          Series(
            metric: Metric(known == nil ? name : "summary/" + name), steps: [step], wallTimes: [end], values: [number]))
      } else if let text = value.text {
        run.description.tags["summary/" + name] = text
      }
    }
  }
}
