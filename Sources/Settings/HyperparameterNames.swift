extension HyperparameterError {
  /// `name` is no `kind`; says which of `names` is nearest.
  package init(unknownName name: String, kind: String, among names: [String]) {
    let guess = didYouMean(name, among: names) ?? "; there are \(names.joined(separator: ", "))"
    self.init("there is no \(kind) '\(name)'\(guess)")
  }
}
