import Settings

/// What is said of a run by who writes it.
extension RunWriter {
  /// Adds a tag, or gives it a new value.
  public func tag(_ key: String, _ value: String) throws(StoreError) {
    append(.tag(key: key, value: value, wallTime: system.now()))
    try flush()
  }

  /// Takes a tag away; one that is not there is no error.
  public func removeTag(_ key: String) throws(StoreError) {
    append(.tagRemoved(key: key, wallTime: system.now()))
    try flush()
  }

  public func note(_ text: String) throws(StoreError) {
    append(.note(text, wallTime: system.now()))
    try flush()
  }

  /// Gives the run another name.
  public func rename(_ name: String) throws(StoreError) {
    append(.name(name, wallTime: system.now()))
    try flush()
  }

  /// Replaces the run's description at length by `text`.
  public func describe(_ text: String) throws(StoreError) {
    append(.text(text, wallTime: system.now()))
    try flush()
  }

  /// Sets parameters after the start; each is set once.
  ///
  /// ```swift
  /// func setRows(of run: RunWriter) throws { try run.set(["rows": .integer(1_000)]) }
  /// ```
  ///
  /// A value that a parameter has already is not recorded again. Throws `StoreError.parameterIsSet`, and records nothing,
  /// where one has another.
  public func set(_ values: [String: HyperparameterValue]) throws(StoreError) {
    let new = try parameters.new(among: values, run: id)
    if new.isEmpty { return }
    parameters.add(new)
    append(.parameters(new, wallTime: system.now()))
    try flush()
  }
}
