import Settings

extension Domain {
  /// Without the word and the null that it takes beside its values.
  var required: Domain {
    switch self {
    case .or(let domain, _), .optional(let domain): domain.required
    default: self
    }
  }

  /// The end of a sentence about a value that the domain does not take; nil for one that it does.
  func problem(with value: HyperparameterValue) -> String? {
    takes(value) ? nil : "takes \(self), not \(value)"
  }

  private func takes(_ value: HyperparameterValue) -> Bool {
    switch (self, value) {
    case (.optional, .none): true
    case (.optional(let domain), _): domain.takes(value)
    case (.or(let domain, let word), _): value == .text(word) || domain.takes(value)
    case (.real(let bounds), _): value.double.map(bounds.contains) ?? false
    case (.integer(let bounds), _):
      if case .integer(let number) = value.normalized { bounds.contains(Double(number)) } else { false }
    // The spelling of schedules is known where they are used.
    case (.schedule, .text): true
    case (.schedule(let bounds), _): value.double.map(bounds.contains) ?? false
    case (.flag, .flag): true
    case (.choice(let words), .text(let word)): words.contains(word)
    case (.widths, .integers(let widths)):
      widths.count <= Bounds.mostLayers && widths.allSatisfy { $0 >= 1 && $0 <= Bounds.mostUnits }
    case (.directions, .integers(let directions)): directions.allSatisfy { abs($0) <= 1 }
    case (.columnGroups, .text): true
    default: false
    }
  }
}
