import DataSources
import DataVersions
import Files
import Formats
import Foundation
import Runs
import Settings
import Tracker

/// What steps work with: the store, what the steps before have made, and whom they tell.
package final class StepContext {
  let workflow: Workflow
  let store: Store
  let repository: DataRepository
  /// The version of the program.
  let program: String
  /// Runs of one step at a time.
  let jobs: Int
  let shouldStop: @Sendable () -> Bool
  let report: @Sendable (WorkflowEvent) -> Void
  let surroundings: Surroundings
  /// Of the steps that are up to date, by the seeds of their runs.
  var outputs: [String: [UInt64: StepOutput]] = [:]
  /// The workflow's own run.
  var parent: RunWriter?
  /// Digests of files, which each seed of a step asks for.
  private var files: [String: InputDigest] = [:]

  init(
    _ workflow: Workflow, in store: Store, program: String, jobs: Int, surroundings: Surroundings,
    shouldStop: @escaping @Sendable () -> Bool, report: @escaping @Sendable (WorkflowEvent) -> Void
  ) {
    (self.workflow, self.store, self.program, self.jobs) = (workflow, store, program, jobs)
    (self.surroundings, self.shouldStop, self.report) = (surroundings, shouldStop, report)
    repository = DataRepository(store: store.path)
  }

  // MARK: Inputs

  /// The version that an input is. It has been made.
  func version(_ input: StepInput) throws -> DataVersion {
    switch input.place {
    case .version(let reference): return try repository.version(reference)
    case .step(let name):
      if case .version(let version)? = outputs[name]?.first?.value { return version }
    case .file: break
    }
    preconditionFailure("'\(input.text)' has not been checked to be a version")
  }

  /// Where the rows of an input are: a version's name or a file's path.
  func address(_ input: StepInput) throws -> String {
    switch input.place {
    case .file(let path): path
    case .version: "\(try version(input).reference)"
    case .step(let name):
      if case .file(let path, _)? = outputs[name]?.first?.value { path } else { "\(try version(input).reference)" }
    }
  }

  /// The run that fitted the model that an input is.
  func model(_ input: StepInput, seed: UInt64) -> String {
    guard let name = input.step, case .model(let run, _)? = outputs[name]?[seed] else {
      preconditionFailure("'\(input.text)' has not been checked to be a model")
    }
    return run
  }

  /// The model of a finished run; nil where its checkpoint is gone.
  func model(keptBy record: RunRecord) throws -> StepOutput? {
    guard let checkpoint = record.lastCheckpoint, (try? store.checkpointBytes(record.id, checkpoint)) != nil else {
      return nil
    }
    return .model(run: record.id, sha256: checkpoint.sha256)
  }

  /// The model that a run has just made. Throws where it left none.
  func model(madeBy id: String) throws -> StepOutput {
    guard let model = try model(keptBy: store.load(id)) else {
      throw ConfigurationError("run \(id) has no checkpoint: nothing can be done with its model")
    }
    return model
  }

  func digest(of input: StepInput, seed: UInt64) throws -> InputDigest {
    switch input.place {
    case .version(let reference): return .known(try repository.version(reference).sha256)
    case .file(let path): return try digest(ofFile: path)
    case .step(let name):
      guard let outputs = outputs[name] else { return .pending(name) }
      let output = input.wanted == .model ? outputs[seed] : outputs.first?.value
      return output.map { .known($0.sha256) } ?? .pending(name)
    }
  }

  /// What the inputs of a step are called that the store has, as far as they are made.
  func names(of action: any StepAction, seed: UInt64) -> [String: String] {
    var names: [String: String] = [:]
    for input in action.inputs {
      switch input.place {
      case .file: continue
      case .version(let reference): names[input.text] = (try? repository.version(reference)).map { "\($0.reference)" }
      case .step(let name):
        let outputs = outputs[name]
        names[input.text] = (input.wanted == .model ? outputs?[seed] : outputs?.first?.value)?.words
      }
    }
    return names
  }

  /// Of the inputs and the tables of a step.
  func digests(of action: some StepAction, seed: UInt64) throws -> [String: InputDigest] {
    var digests: [String: InputDigest] = [:]
    for input in action.inputs { digests[input.text] = try digest(of: input, seed: seed) }
    // The versions before of the data set that it makes decide nothing that it could tell.
    for table in action.tables where action.dataSet == nil || DataSetReference(table)?.name != action.dataSet {
      digests[table] = try digest(ofTable: table)
    }
    return digests
  }

  /// Of a data set or a file that a pipeline or expectations name.
  func digest(ofTable address: String) throws -> InputDigest {
    if let maker = workflow.maker(of: address), outputs[maker] == nil { return .pending(maker) }
    let path = workflow.path(address)
    if let version = try repository.version(at: address) { return .known(version.sha256) }
    return Folder.holds(path) ? try digest(ofFile: path) : .known("not there")
  }

  /// Of a file, of a folder with all that is in it, or of the file of a database.
  func digest(ofFile address: String) throws -> InputDigest {
    if let known = files[address] { return known }
    let digest = try Self.digest(ofFile: address)
    files[address] = digest
    return digest
  }

  /// What is asked for from here on is looked at anew.
  func forgetFiles() { files = [:] }

  private static func digest(ofFile address: String) throws -> InputDigest {
    let location = try DataLocation(address)
    switch location.kind {
    case .file: return .known(try DataSet.digest(location.path).sha256)
    case .folder: return .known(try digest(ofFolder: location.path))
    case .address(let scheme) where scheme == "sqlite" && Folder.holds(location.path):
      // What has been written and not yet moved into the file stands beside it.
      let files = [location.path, location.path + "-wal"].filter(Folder.holds)
      return .known(
        SHA256.hexadecimal(Array(try files.map { try DataSet.digest($0).sha256 }.joined(separator: "\n").utf8)))
    case .address: return .unknowable
    }
  }

  private static func digest(ofFolder path: String) throws -> String {
    var lines: [String] = []
    for name in try Folder.names(in: path) {
      let place = path + "/" + name
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { continue }
      lines.append("\(isFolder.boolValue ? try digest(ofFolder: place) : try DataSet.digest(place).sha256) \(name)")
    }
    return SHA256.hexadecimal(Array(lines.joined(separator: "\n").utf8))
  }

  // MARK: Runs

  /// Starts a run that does a step. `rows`: those that it takes; `model`: the run that fitted the one that it takes.
  func start(
    _ unit: StepUnit, _ kind: RunKind, subject: String, target: String, rows: StepInput?, model: String?
  ) throws -> RunWriter {
    var (subject, settings) = (subject, unit.record.settings.mapValues { HyperparameterValue.text($0) })
    if kind == .evaluation, let model {
      // As many configurations are compared as were fitted.
      let fitted = try store.load(model).description
      (subject, settings) = (fitted.subject, fitted.hyperparameters)
      settings["fit"] = .text(fitted.configurationHash)
    }
    var description = RunDescription(
      kind: kind, experiment: workflow.name, name: unit.record.step, subject: subject, target: target,
      seed: unit.seed, budget: 1, hyperparameters: settings,
      protocolSettings: try rows.map { ["data": .text(try address($0))] } ?? [:], tags: unit.record.tags,
      surroundings: surroundings, start: WallClock.now, parent: parent!.id)
    description.protocolSettings["model"] = model.map { .text($0) }
    description.step = unit.record
    return try store.start(description)
  }

  /// What a run says that it made; nil where that is gone, or is another by now.
  func output(recordedIn record: RunRecord) throws -> StepOutput? {
    guard case .text(let sha256)? = record.laterParameters[StepOutput.digestName] else { return nil }
    if case .text(let name)? = record.laterParameters[StepOutput.versionName] {
      guard let reference = DataSetReference(name), let version = try? repository.version(reference),
        version.sha256 == sha256
      else { return nil }
      return .version(version)
    }
    return .scores(run: record.id)
  }

  /// The file at `path` if it has the bytes that a run says it wrote, wherever the workflow lay then.
  func output(recordedIn record: RunRecord, file path: String) throws -> StepOutput? {
    guard case .text(let sha256)? = record.laterParameters[StepOutput.digestName], Folder.holds(path),
      try DataSet.digest(path).sha256 == sha256
    else { return nil }
    return .file(path: path, sha256: sha256)
  }
}

extension StepRecord {
  /// By which lists find its runs.
  var tags: [String: String] { [Self.workflowTag: workflow, "step": step] }
  static let workflowTag = "workflow"
}

extension StepOutput {
  static let (versionName, fileName, digestName) = ("made", "file", "sha256")

  /// What a run records of it.
  var parameters: [String: HyperparameterValue] {
    switch self {
    case .version(let version):
      [Self.versionName: .text("\(version.reference)"), Self.digestName: .text(version.sha256)]
    case .file(let path, let sha256): [Self.fileName: .text(path), Self.digestName: .text(sha256)]
    case .model(_, let sha256): [Self.digestName: .text(sha256)]
    case .scores: [Self.digestName: .text("")]
    }
  }
}
