import Settings

/// What is said of a run that nobody writes: each is durable when the call returns, and throws `StoreError.live` while
/// another writer holds the run.
extension Store {
  /// Adds a tag, or gives it a new value.
  public func annotate(_ id: String, tag key: String, value: String) throws(StoreError) {
    try append([.tag(key: key, value: value, wallTime: system.now())], to: id)
  }

  /// Takes a tag away; one that is not there is no error.
  public func annotate(_ id: String, removingTag key: String) throws(StoreError) {
    try append([.tagRemoved(key: key, wallTime: system.now())], to: id)
  }

  /// Adds a note.
  public func annotate(_ id: String, note: String) throws(StoreError) {
    try append([.note(note, wallTime: system.now())], to: id)
  }

  /// Gives the run another name.
  public func annotate(_ id: String, name: String) throws(StoreError) {
    try append([.name(name, wallTime: system.now())], to: id)
  }

  /// Puts `text` in place of what was said of the run at length.
  public func annotate(_ id: String, text: String) throws(StoreError) {
    try append([.text(text, wallTime: system.now())], to: id)
  }

  /// Sets parameters after the start; each is set once.
  ///
  /// ```swift
  /// func setRows(of id: String, in store: Store) throws { try store.annotate(id, parameters: ["rows": .integer(1_000)]) }
  /// ```
  ///
  /// A value that a parameter has already is not recorded again. Throws `StoreError.parameterIsSet`, and records nothing,
  /// where one has another.
  public func annotate(_ id: String, parameters: [String: HyperparameterValue]) throws(StoreError) {
    try append(to: id) { tail throws(StoreError) in
      let new = try tail.state.parameters.new(among: parameters, run: id)
      return new.isEmpty ? [] : [.parameters(new, wallTime: self.system.now())]
    }
  }

  /// Takes the artifacts called `names` away; one that is not there is no error. Their bytes go with the next
  /// `collectGarbage`, if no other run has them.
  package func annotate(_ id: String, removingArtifacts names: [String]) throws(StoreError) {
    let now = system.now()
    try append(names.map { .artifactRemoved(name: $0, wallTime: now) }, to: id)
  }

  func append(_ entries: [LogEntry], to id: String) throws(StoreError) {
    try append(to: id) { _ in entries }
  }

  func append(
    to id: String, _ entries: (LogTail) throws(StoreError) -> [LogEntry]
  ) throws(StoreError) {
    let folder = try existingFolder(ofRun: id)
    let lock = try LogWriter.lock(id, in: folder, system)
    let tail = try LogTail(in: folder, run: id, system)
    let entries = try entries(tail)
    if entries.isEmpty { return }
    var writer = try LogWriter.reopen(tail, lock: lock, in: folder, system: system)
    for entry in entries { writer.append(entry.type) { entry.encode(into: &$0) } }
    try writer.sync()
  }
}
