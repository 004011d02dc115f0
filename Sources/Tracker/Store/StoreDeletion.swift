import Files

/// Runs that are hidden until `collectGarbage` removes them.
extension Store {
  /// Hides a run; its files stay. The trials of a search go with it; returns how many did.
  ///
  /// One that is deleted already stays so. Throws `StoreError.live`, and deletes nothing, while a writer holds the run or a
  /// trial.
  @discardableResult
  public func delete(_ id: String) throws(StoreError) -> Int {
    let trials = try trials(of: id)
    // Whoever leads the search is told of first.
    if !trials.isEmpty, isLocked(try existingFolder(ofRun: id)) { throw StoreError.live(id) }
    for trial in trials where isLocked(trial.folder) && !trial.isDeleted { throw StoreError.live(trial.id) }
    var time = system.now()
    // The search first: what is left of one whose deletion was cut short is deleted when it is asked for again.
    try append(to: id) { tail in
      if let earlier = tail.state.deletion { time = earlier }
      return tail.state.isDeleted ? [] : [.deleted(wallTime: time)]
    }
    var count = 0
    for trial in trials where !trial.isDeleted {
      try append(to: trial.id) { tail in tail.state.isDeleted ? [] : [.deleted(wallTime: time)] }
      count += 1
    }
    return count
  }

  /// Takes a deletion back, as long as `collectGarbage` has not removed the run; of a search also that of the trials that went
  /// with it. Returns how many those are.
  @discardableResult
  public func restore(_ id: String) throws(StoreError) -> Int {
    guard let time = try LogTail(in: existingFolder(ofRun: id), run: id, system).state.deletion else { return 0 }
    var count = 0
    // Those that were deleted before on their own stay so.
    for trial in try trials(of: id) where trial.deletion == time {
      try append(to: trial.id) { tail in tail.state.isDeleted ? [.restored(wallTime: self.system.now())] : [] }
      count += 1
    }
    try append(to: id) { tail in tail.state.isDeleted ? [.restored(wallTime: self.system.now())] : [] }
    return count
  }

  private struct Trial {
    var id: String
    var folder: String
    var deletion: Int64?
    var isDeleted: Bool { deletion != nil }
  }

  /// The trials of a search, or of the searches of an autopilot and those themselves; deleted ones too. None of another run.
  private func trials(of id: String) throws(StoreError) -> [Trial] {
    let folder = try existingFolder(ofRun: id)
    guard let kind = try LogTail(in: folder, run: id, system).state.description?.kind,
      [.search, .autopilot].contains(kind)
    else { return [] }
    var parts: [(trial: Trial, parent: String)] = []
    for (other, place) in try runIdentifiers(inFolder: experimentFolder(of: folder)) where other != id {
      // One that cannot be read is nobody's.
      guard let state = try? LogTail(in: place, run: other, system).state, let description = state.description,
        let parent = description.parent, description.trial != nil || description.kind == .search
      else { continue }
      parts.append((Trial(id: other, folder: place, deletion: state.deletion), parent))
    }
    let searches = Set(parts.lazy.filter { $0.parent == id }.map(\.trial.id))
    return parts.filter { $0.parent == id || searches.contains($0.parent) }.map(\.trial)
  }
}
