import Files
import Glibc

/// Where a run's log stands, by which a reader that keeps something of a run knows whether it has been written since.
package struct RunStamp: Sendable, Hashable {
  package let id: String
  let folder: String
  let stamp: Catalogue.Stamp

  init(id: String, folder: String, stamp: Catalogue.Stamp) {
    (self.id, self.folder, self.stamp) = (id, folder, stamp)
  }

  /// What `numbers` and `place` were of a stamp, for those who keep stamps in a file; nil for other numbers.
  package init?(id: String, place: String, numbers: [Int], in store: Store) {
    guard numbers.count == 4, !place.isEmpty, !place.contains("/"), place != "..", !id.contains("/") else { return nil }
    let stamp = Catalogue.Stamp(
      folderTime: Int64(numbers[0]), segment: numbers[1], size: Int64(numbers[2]), time: Int64(numbers[3]))
    self.init(id: id, folder: "\(store.path)/\(place)/\(id)", stamp: stamp)
  }

  package var numbers: [Int] { [Int(stamp.folderTime), stamp.segment, Int(stamp.size), Int(stamp.time)] }
  /// The name of the experiment's folder.
  package var place: String {
    let experiment = folder.utf8.dropLast(id.utf8.count + 1)
    let start = experiment.lastIndex(of: UInt8(ascii: "/")).map(experiment.index(after:)) ?? experiment.startIndex
    return String(experiment[start...]) ?? ""
  }
}

extension Store {
  /// The stamps of all runs of one experiment or all, deleted ones too. What is `known` of a run makes it cheap to find.
  package func stamps(
    experiment: String? = nil, known: [String: RunStamp] = [:]
  ) throws(StoreError) -> [RunStamp] {
    var stamps: [RunStamp] = []
    for (id, folder) in try runIdentifiers(experiment: experiment, includingOthers: true) {
      if let stamp = stamp(of: id, in: folder, known: known[id]) { stamps.append(stamp) }
    }
    return stamps
  }

  /// The stamp of a run as it is now; nil where there is no such run.
  package func stamp(of id: String, known: RunStamp? = nil) throws(StoreError) -> RunStamp? {
    if let known, let now = stamp(of: id, in: known.folder, known: known) { return now }
    guard let folder = try folder(ofRun: id) else { return nil }
    return stamp(of: id, in: folder, known: nil)
  }

  /// Whether somebody writes the run, this process or another.
  package func isBeingWritten(_ stamp: RunStamp) -> Bool { isLocked(stamp.folder) }

  private func stamp(of id: String, in folder: String, known: RunStamp?) -> RunStamp? {
    if let known, known.folder == folder, Catalogue.Stamp(of: folder, segment: known.stamp.segment) == known.stamp {
      return known
    }
    guard (try? StoreLayout.holdsLog(folder)) == true else { return nil }
    let segment = (try? StoreLayout.segments(in: folder).last) ?? 1
    return Catalogue.Stamp(of: folder, segment: segment).map { RunStamp(id: id, folder: folder, stamp: $0) }
  }

  /// The experiment that a run with that stamp belongs to.
  package func experimentPlace(of stamp: RunStamp) -> ExperimentPlace { experimentPlace(stamp.place) }

  /// What an experiment's own log says, its runs not counted; nil where none is called so.
  package func experiment(named name: String) throws(StoreError) -> Experiment? {
    _ = try StoreLayout.folder(forExperiment: name)
    return try experimentPlaces(called: name, includingFormer: false).first.map { place throws(StoreError) in
      try experiment(at: place)
    }
  }

  /// The same of one that is there. One without a log of its own was made when its folder was.
  package func experiment(at place: ExperimentPlace) throws(StoreError) -> Experiment {
    let path = path + "/" + place.folder
    let log = path + "/" + StoreLayout.experimentLog
    var found = Experiment(name: place.name, created: 0)
    found.madeAs = place.key
    if try StoreLayout.holdsLog(log) { found = try experiment(in: log, folder: place.folder) }
    if found.created == 0 {
      var status = stat()
      if stat(path, &status) == 0 { found.created = Int64(status.st_ctim.tv_sec) * 1_000_000 }
    }
    return found
  }
}

extension Experiment {
  /// One that has no runs yet and says nothing of itself.
  package static func empty(_ name: String) -> Experiment { Experiment(name: name, created: 0) }
}
