/// The values that a hyperparameter takes. Read it to offer a form for a setting or to draw from its range; parsing and help
/// use it themselves.
///
/// ```swift
/// let domain = Domain.optional(.real(.positive))
/// print(domain)  // > 0, or null
/// ```
public indirect enum Domain: Sendable, Hashable {
  /// A number.
  case real(Bounds)
  /// A whole number.
  case integer(Bounds)
  /// True or false.
  case flag
  /// One of these words.
  case choice([String])
  /// A list of whole numbers ≥ 1, which may be empty: the widths of hidden layers.
  case widths
  /// A list of -1, 0 and 1, which may be empty: whether something rises or falls with each feature.
  case directions
  /// Groups of columns counted from 0, written `0,1;2,3`.
  case columnGroups
  /// A number, or one that changes over the training, written as `lin_0.1`.
  case schedule(Bounds)
  /// These values, or a word that stands for what is chosen otherwise, `auto`.
  case or(Domain, String)
  /// These values, or nothing, written `null`.
  case optional(Domain)
}

extension Domain: CustomStringConvertible {
  /// In words: `> 0`, `true or false`.
  public var description: String {
    switch self {
    case .real(let bounds), .integer(let bounds): bounds.description
    case .flag: "true or false"
    case .choice(let words): words.joined(separator: ", ")
    case .widths: "a list of whole numbers ≥ 1"
    case .directions: "a list of -1, 0 and 1"
    case .columnGroups: "groups of columns as 0,1;2,3"
    case .schedule(let bounds): "\(bounds), or a schedule as lin_0.1"
    case .or(let domain, let word): "\(domain), or \(word)"
    case .optional(.schedule(let bounds)): "\(bounds), a schedule as lin_0.1, or null"
    case .optional(let domain): "\(domain), or null"
    }
  }
}

/// `{"type": "real", "low": 0, "lowIsIncluded": false, "high": null, "nullable": true}`; without a bound it is null.
extension Domain: Encodable {
  private enum Keys: String, CodingKey { case type, low, lowIsIncluded, high, choices, word, nullable }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    func encode(_ type: String, _ bounds: Bounds) throws {
      try values.encode(type, forKey: .type)
      try values.encode(bounds.low, forKey: .low)
      try values.encode(bounds.lowIsIncluded, forKey: .lowIsIncluded)
      try values.encode(bounds.high, forKey: .high)
    }
    switch self {
    case .real(let bounds): try encode("real", bounds)
    case .integer(let bounds): try encode("integer", bounds)
    case .schedule(let bounds): try encode("schedule", bounds)
    case .flag: try values.encode("flag", forKey: .type)
    case .widths: try values.encode("widths", forKey: .type)
    case .directions: try values.encode("directions", forKey: .type)
    case .columnGroups: try values.encode("columnGroups", forKey: .type)
    case .choice(let words):
      try values.encode("choice", forKey: .type)
      try values.encode(words, forKey: .choices)
    case .or(let domain, let word):
      try domain.encode(to: encoder)
      try values.encode(word, forKey: .word)
    case .optional(let domain):
      try domain.encode(to: encoder)
      try values.encode(true, forKey: .nullable)
    }
  }
}
