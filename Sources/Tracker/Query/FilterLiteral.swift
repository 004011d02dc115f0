/// What a condition compares a field with.
enum FilterLiteral: Sendable {
  case value(FieldValue)
  /// `[32, 32]`, its parts as they would be values by themselves.
  case list([FieldValue])
  /// `none`: what a run does not have.
  case none
}

extension FilterLiteral {
  /// Whether a field that a run has, or nil, equals it.
  func equals(_ field: FieldValue?) -> Bool? {
    guard let field else {
      if case .none = self { return true }
      return nil
    }
    switch self {
    case .none: return false
    case .list(let parts): return field.parts == parts
    case .value(let value):
      let value = value.asWritten(for: field)
      if field == value { return true }
      // A list in quotes.
      if case .text(let text) = value, text.hasPrefix("["), text.hasSuffix("]") { return field.parts == value.parts }
      return false
    }
  }
}

extension FieldValue {
  /// What a person wrote, by itself: a number, `true`, `false`, or a text.
  init(written text: String) {
    // Only what begins as a number is one: `inf` and `nan` are texts.
    if let first = text.first, first.isNumber || "+-.".contains(first), let number = Double(text) {
      self = .number(number)
    } else if let flag = Self.flags[text.lowercased()] {
      self = .flag(flag)
    } else {
      self = .text(text)
    }
  }

  private static let flags = ["true": true, "false": false]

  /// This value as one of the kind of `field`, where it can be written as one: `'0.99'` for a number, 3 for the text `3` of
  /// a tag; else itself.
  func asWritten(for field: FieldValue) -> FieldValue {
    switch (self, field) {
    case (.text(let text), .number), (.text(let text), .flag): FieldValue(written: text)
    case (.number(let number), .text(let text)):
      FieldValue(written: text) == .number(number) ? .text(text) : self
    case (.flag(let flag), .text(let text)): FieldValue(written: text) == .flag(flag) ? .text(text) : self
    default: self
    }
  }

  /// The parts of a list: of `32,32` as runs keep one, or of one in brackets. A value that is no list is its own only part.
  fileprivate var parts: [FieldValue] {
    guard case .text(var text) = self else { return [self] }
    if text.hasPrefix("["), text.hasSuffix("]"), text.count > 1 { text = String(text.dropFirst().dropLast()) }
    if text.allSatisfy(\.isWhitespace) { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      var part = part.drop(while: \.isWhitespace)
      while part.last?.isWhitespace == true { part.removeLast() }
      for quote in ["'", "\""] where part.count > 1 && part.hasPrefix(quote) && part.hasSuffix(quote) {
        return .text(String(part.dropFirst().dropLast()))
      }
      return FieldValue(written: String(part))
    }
  }
}
