extension HyperparameterError {
  /// `name` is no `kind`; says which of `names` is nearest.
  package init(unknownName name: String, kind: String, among names: [String]) {
    let guess =
      nearest(to: name, in: names).map { "; did you mean '\($0)'?" } ?? "; there are \(names.joined(separator: ", "))"
    self.init("there is no \(kind) '\(name)'\(guess)")
  }
}
