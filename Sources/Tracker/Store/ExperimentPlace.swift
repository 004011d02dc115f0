import Files
import Glibc
import Settings
import Synchronization

/// An experiment's folder and its names. The folder keeps the name that it was made with, whatever the experiment is called
/// later: so runs that are being written, and programs that know its path, go on.
package struct ExperimentPlace: Sendable, Hashable {
  /// The folder's name in the store.
  let folder: String
  /// In order; the last is the present one.
  let names: [String]
  /// When it got its present name, if it was renamed; Unix time in microseconds.
  let renamed: Int64

  package var name: String { names.last! }
  /// Of no other experiment, now or later: the name that it was made with, and its number where that was another's before.
  package var key: String { StoreLayout.key(ofFolder: folder) }
  /// The name that is said of its runs, whatever their logs say; nil where they say it.
  package var givenName: String? { names.count > 1 ? names.last : nil }
}

/// The experiments of a store by their folders, for who asks of many runs.
package struct ExperimentPlaces: Sendable {
  /// `ExperimentPlace.key`, by the folders' names.
  package let keys: [String: String]
  /// Of those that were renamed.
  private let givenNames: [String: String]

  package init(in store: Store) throws(StoreError) {
    let places = try store.experimentPlaces()
    keys = Dictionary(uniqueKeysWithValues: places.map { ($0.folder, $0.key) })
    givenNames = Dictionary(
      uniqueKeysWithValues: places.compactMap { place in place.givenName.map { (place.folder, $0) } })
  }

  /// The name that the experiment of a run was given later than at first.
  package func givenName(of stamp: RunStamp) -> String? { givenNames.isEmpty ? nil : givenNames[stamp.place] }
}

/// What was read of the logs of experiments, by their folders: each is read again when it has been written.
private let knownNames = Mutex<[String: (stamp: Catalogue.Stamp, names: ExperimentNames)]>([:])

/// What an experiment's log says of its names.
struct ExperimentNames: Sendable, Hashable {
  /// Those that it got after its first.
  var later: [String] = []
  var renamed: Int64 = 0
}

extension Store {
  /// The folders of the store as experiments; with a name those that are called so, nearly always one. Where none is, the
  /// one that was called so until last: who has an old name finds what it stood for, until another experiment takes it.
  package func experimentPlaces(
    called name: String? = nil, includingFormer: Bool = true
  ) throws(StoreError) -> [ExperimentPlace] {
    let all = try onDisk(Folder.names(in: path)).filter { StoreLayout.isFolder("\(path)/\($0)") }.map(experimentPlace)
    guard let name else { return all }
    let found = all.filter { $0.name == name }
    if !found.isEmpty || !includingFormer { return found }
    return all.filter { $0.names.contains(name) }.max { $0.renamed < $1.renamed }.map { [$0] } ?? []
  }

  /// What an experiment is called now that is, or was, called `name`; nil where there is none.
  package func currentName(ofExperiment name: String) throws(StoreError) -> String? {
    try experimentPlaces(called: name).first?.name
  }

  /// The experiment that has a folder of the store.
  func experimentPlace(_ folder: String) -> ExperimentPlace {
    let names = experimentNames(in: "\(path)/\(folder)/\(StoreLayout.experimentLog)")
    return ExperimentPlace(
      folder: folder, names: [StoreLayout.experiment(ofFolder: folder)] + names.later, renamed: names.renamed)
  }

  private func experimentNames(in log: String) -> ExperimentNames {
    let known = knownNames.withLock { $0[log] }
    if let known, Catalogue.Stamp(of: log, segment: known.stamp.segment) == known.stamp { return known.names }
    guard Folder.holds(log) else { return ExperimentNames() }
    // Before the reading: what is written meanwhile makes it stale, not wrong.
    let segment = (try? StoreLayout.segments(in: log).last) ?? 1
    // One that cannot be read says nothing; `verify` tells of it.
    guard let stamp = Catalogue.Stamp(of: log, segment: segment),
      let names = try? Experiment(StoreLayout.readSegments(in: log), name: "").names
    else { return ExperimentNames() }
    knownNames.withLock { known in
      if known.count > 10_000 { known = [:] }
      known[log] = (stamp, names)
    }
    return names
  }

  // MARK: Making and renaming

  /// The folder for runs of an experiment, made, durably, where there is none. With `anew` an experiment that was called so
  /// before, and is called otherwise now, is another one.
  func makeExperimentFolder(_ name: String, anew: Bool = false) throws(StoreError) -> String {
    let own = try StoreLayout.folder(forExperiment: name)
    if StoreLayout.isFolder("\(path)/\(own)"), experimentPlace(own).name == name { return own }
    if let place = try experimentPlaces(called: name, includingFormer: !anew).first { return place.folder }
    return try whileNaming { () throws(StoreError) in
      if let place = try experimentPlaces(called: name, includingFormer: !anew).first { return place.folder }
      var number = 1
      while true {
        let folder = try StoreLayout.folder(forExperiment: name, number: number)
        if try onDisk(Folder.make("\(path)/\(folder)", system: system)) {
          try onDisk(OpenFile.syncFolder(path, system))
          return folder
        }
        // What is no folder is nobody's former name: the attempt to write into it says what is wrong.
        if !StoreLayout.isFolder("\(path)/\(folder)") { return folder }
        number += 1
      }
    }
  }

  /// The folder for a run: beside the run that it is a part of, if it belongs to the same experiment, however that was
  /// called when the parts began.
  func makeExperimentFolder(for description: RunDescription) throws(StoreError) -> String {
    if let parent = description.parent {
      let place = experimentPlace(experimentFolder(of: try existingFolder(ofRun: parent)))
      if place.names.contains(description.experiment) { return place.folder }
    }
    return try makeExperimentFolder(description.experiment)
  }

  /// Calls an experiment by another name from now on; durable when this returns.
  ///
  /// Its runs stay where they are, those that are being written too, and are said to be of the new name. Who looks for the
  /// old name finds it until another experiment takes that. Throws `StoreError.experimentExists` if one has the new name.
  package func rename(experiment former: String, to name: String) throws(StoreError) {
    _ = try StoreLayout.folder(forExperiment: name)
    try whileNaming { () throws(StoreError) in
      guard let place = try experimentPlaces(called: former).first else {
        throw StoreError.unknownExperiment(former, nearest: nearest(to: former, in: try experiments().map(\.name)))
      }
      if place.name == name { return }
      guard try experimentPlaces(called: name, includingFormer: false).isEmpty else {
        throw StoreError.experimentExists(name)
      }
      try append([.name(name, wallTime: system.now())], toExperimentIn: place.folder)
    }
  }

  /// One at a time, of all processes: so that no two experiments get the same name.
  private func whileNaming<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
    let lock = try onDisk(OpenFile(path + "/" + StoreLayout.namingLock, O_RDWR | O_CREAT, .lock, system))
    try onDisk(lock.waitForLock())
    defer { flock(lock.descriptor, LOCK_UN) }
    return try body()
  }
}
