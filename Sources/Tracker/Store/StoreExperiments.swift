import Files
import Glibc
import Settings

extension Store {
  /// The experiments that have runs or were made, by name.
  public func experiments() throws(StoreError) -> [Experiment] {
    var found: [String: Experiment] = [:]
    for run in try fields() {
      guard case .text(let name)? = run["experiment"] else { continue }
      let start = Self.start(of: run) ?? .max
      var experiment = found[name] ?? Experiment(name: name, created: start)
      experiment.created = min(experiment.created, start)
      experiment.runs += 1
      found[name] = experiment
    }
    for (folder, log) in try experimentLogs() {
      guard let own = try? experiment(in: log, folder: folder) else { continue }
      let runs = found[own.name]
      var experiment = own
      experiment.runs = runs?.runs ?? 0
      experiment.created = min(own.created == 0 ? .max : own.created, runs?.created ?? .max)
      found[own.name] = experiment
    }
    return found.values.sorted { $0.name < $1.name }
  }

  /// The names of the archived experiments.
  public func archivedExperiments() throws(StoreError) -> Set<String> {
    var names: Set<String> = []
    for (folder, log) in try experimentLogs() {
      if let own = try? experiment(in: log, folder: folder), own.isArchived { names.insert(own.name) }
    }
    return names
  }

  /// Makes an experiment that has no runs yet; one that is there stays as it is. Durable when this returns.
  public func createExperiment(_ name: String) throws(StoreError) {
    try createExperiment(name, created: nil)
  }

  /// The same of one that was made elsewhere, at `created`, Unix time in microseconds; now if nil.
  package func createExperiment(_ name: String, created: Int64?) throws(StoreError) {
    try append([], toExperimentIn: try makeExperimentFolder(name, anew: true), created: created)
  }

  /// Gives an experiment a description, in place of the one it has.
  public func annotate(experiment name: String, text: String) throws(StoreError) {
    try append([.text(text, wallTime: system.now())], toExperiment: name)
  }

  /// Adds a tag to an experiment, or gives it a new value.
  public func annotate(experiment name: String, tag key: String, value: String) throws(StoreError) {
    try append([.tag(key: key, value: value, wallTime: system.now())], toExperiment: name)
  }

  /// Takes a tag of an experiment away; one that is not there is no error.
  public func annotate(experiment name: String, removingTag key: String) throws(StoreError) {
    try append([.tagRemoved(key: key, wallTime: system.now())], toExperiment: name)
  }

  /// Leaves the runs of an experiment out of lists, or, with false, takes them in again. Nothing of it is removed.
  public func archive(experiment name: String, _ isArchived: Bool = true) throws(StoreError) {
    try append([.archived(isArchived, wallTime: system.now())], toExperiment: name)
  }

  // MARK: Its log

  /// The folders of experiments with the folders of their logs, of those that have one.
  func experimentLogs() throws(StoreError) -> [(folder: String, log: String)] {
    var found: [(folder: String, log: String)] = []
    for folder in try onDisk(Folder.names(in: path)) {
      let log = "\(path)/\(folder)/\(StoreLayout.experimentLog)"
      if try StoreLayout.holdsLog(log) { found.append((folder, log)) }
    }
    return found
  }

  func experiment(in log: String, folder: String) throws(StoreError) -> Experiment {
    let isLocked = isLocked(log)
    var experiment = try Experiment(StoreLayout.readSegments(in: log), name: StoreLayout.experiment(ofFolder: folder))
    experiment.madeAs = StoreLayout.key(ofFolder: folder)
    // The tail of a log that is being written is only not there yet.
    if isLocked, case .torn = experiment.condition { experiment.condition = .sound }
    return experiment
  }

  /// Throws `StoreError.unknownExperiment` if there is none of that name.
  private func append(_ entries: [LogEntry], toExperiment name: String) throws(StoreError) {
    _ = try StoreLayout.folder(forExperiment: name)
    guard let place = try experimentPlaces(called: name).first else {
      throw StoreError.unknownExperiment(name, nearest: nearest(to: name, in: try experiments().map(\.name)))
    }
    try append(entries, toExperimentIn: place.folder)
  }

  func append(
    _ entries: [LogEntry], toExperimentIn experimentFolder: String, created: Int64? = nil
  ) throws(StoreError) {
    let experiment = path + "/" + experimentFolder
    let name = StoreLayout.experiment(ofFolder: experimentFolder)
    let folder = experiment + "/" + StoreLayout.experimentLog
    if try onDisk(Folder.make(folder, system: system)) { try onDisk(OpenFile.syncFolder(experiment, system)) }
    // Each writer has it for a moment only, so the next one waits.
    let lock = try onDisk(OpenFile(folder + "/" + StoreLayout.lock, O_RDWR | O_CREAT, .lock, system))
    try onDisk(lock.waitForLock())
    if try !StoreLayout.holdsLog(folder) {
      var beginning = try beginning(of: name, in: experimentFolder)
      if let created { beginning.created = created }
      var log = try LogWriter.create(in: folder, lock: lock, begin: beginning.payload, system: system)
      for entry in entries { log.append(entry.type) { entry.encode(into: &$0) } }
      try log.sync()
      return try onDisk(OpenFile.syncFolder(folder, system))
    }
    if entries.isEmpty { return }
    let tail: LogTail
    do {
      tail = try LogTail(in: folder, run: name, system)
    } catch .damaged(_, let damage) {
      throw StoreError.damagedExperiment(name, damage)
    }
    var log = try LogWriter.reopen(tail, lock: lock, in: folder, system: system)
    for entry in entries { log.append(entry.type) { entry.encode(into: &$0) } }
    try log.sync()
  }

  private func beginning(of name: String, in folder: String) throws(StoreError) -> ExperimentBeginning {
    let first = try fields(of: [experimentPlace(folder)], isAll: false).lazy.compactMap { Self.start(of: $0) }.first
    return ExperimentBeginning(created: min(first ?? .max, system.now()), experiment: name)
  }

  /// Unix time in microseconds, nil where the log does not tell.
  private static func start(of run: RunFields) -> Int64? {
    guard case .number(let seconds)? = run["started"] else { return nil }
    let time = (seconds * 1e6).rounded()
    return Int64(exactly: time) ?? (time < 0 ? .min : .max)
  }
}
