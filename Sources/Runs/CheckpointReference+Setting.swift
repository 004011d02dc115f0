import Settings

extension Setting {
  /// The checkpoint that a run starts from, if it starts from one.
  package static func checkpoint(_ name: String, _ path: Path<CheckpointReference?>) -> Self {
    Setting(
      name, record: { $0[keyPath: path].map { .text("\($0)") } ?? HyperparameterValue.none },
      identify: { $0[keyPath: path].map { .text("\($0)") } },
      read: { $0[keyPath: path] = try $1.text(name).flatMap { CheckpointReference(recorded: $0) } })
  }
}
