import Settings

/// Replaces secrets by `***` in what a log is about to record.
///
/// Secrets are passwords in URLs, and the values of names that end in `KEY`, `TOKEN`, `PASSWORD` or `SECRET` as a word of
/// their own: `OPENAI_API_KEY=…`, `--api-key …`, `--token=…`, `?access_token=…`. A bare `key` is no secret.
///
///     Redaction.text("postgres://me:hunter2@db/sales")  // postgres://me:***@db/sales
package enum Redaction {
  package static let replacement = "***"
  private static let words: Set<String> = ["TOKEN", "PASSWORD", "SECRET", "PASSWD", "PASSPHRASE", "APIKEY"]
  /// What may stand on both sides of `NAME=VALUE` in a text.
  private static let separators: Set<Character> = ["&", "?", ";", ",", "\"", "'", "(", ")", "[", "]", "{", "}", "`"]

  /// Whether the value of a setting, tag or environment variable called `name` is a secret.
  package static func isSecret(name: String) -> Bool {
    let words = name.uppercased().split { !$0.isLetter && !$0.isNumber }
    guard let last = words.last else { return false }
    return Self.words.contains(String(last)) || last == "KEY" && words.count > 1
  }

  /// A text without the secrets in it.
  package static func text(_ text: String) -> String {
    // Most texts hold none of the marks of a secret.
    guard text.utf8.contains(where: { $0 == 0x3D || $0 == 0x40 || $0 == 0x2D }) else { return text }
    return options(in: assignments(in: withoutPasswords(text)))
  }

  /// The words of a command line: of `--api-key X` the second goes.
  package static func commandLine(_ words: [String]) -> [String] {
    var isNext = false
    return words.map { word in
      defer { isNext = isOption(word[...]) }
      return isNext && !word.hasPrefix("--") ? replacement : text(word)
    }
  }

  /// A hyperparameter's or setting's value; numbers called like a secret go too.
  package static func value(_ value: HyperparameterValue, of name: String) -> HyperparameterValue {
    switch value {
    case .flag, .none: value
    case .text(let text): .text(isSecret(name: name) ? replacement : Self.text(text))
    case .integer, .number, .integers: isSecret(name: name) ? .text(replacement) : value
    }
  }

  static func values(_ values: [String: HyperparameterValue]) -> [String: HyperparameterValue] {
    Dictionary(uniqueKeysWithValues: values.map { ($0.key, value($0.value, of: $0.key)) })
  }

  package static func tag(_ value: String, of key: String) -> String { isSecret(name: key) ? replacement : text(value) }

  /// `--api-key`, `--password`: an option whose value is the next word.
  private static func isOption(_ word: Substring) -> Bool {
    word.hasPrefix("-") && !word.contains("=") && isSecret(name: String(word))
  }

  /// A difference of program texts: passwords in URLs, values of names that are written in capitals, as environment
  /// variables are, and of secret names in any spelling those that look like a token: `"api_key": "sk-…"`. `token=make_token()`
  /// and `token: String` are code.
  package static func diff(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if !result.isEmpty || line.startIndex > 0 { result.append(0x0A) }
      // Few lines hold a mark; those that are no UTF-8 hold nothing that could be told apart.
      guard holdsMark(line), let text = String(validating: line, as: UTF8.self) else {
        result += line
        continue
      }
      result += tokens(in: assignments(in: withoutPasswords(text), where: isVariable)).utf8
    }
    return result
  }

  private static let marks = [
    "KEY", "TOKEN", "PASS", "SECRET", "key", "token", "pass", "secret", "Key", "Token", "Secret", "://",
  ]
  .map { Array($0.utf8) }

  private static func holdsMark(_ line: ArraySlice<UInt8>) -> Bool {
    line.indices.contains { place in
      switch line[place] {
      case UInt8(ascii: "K"), UInt8(ascii: "T"), UInt8(ascii: "P"), UInt8(ascii: "S"), UInt8(ascii: "k"),
        UInt8(ascii: "t"),
        UInt8(ascii: "p"), UInt8(ascii: "s"), UInt8(ascii: ":"):
        marks.contains { line[place...].starts(with: $0) }
      default: false
      }
    }
  }

  /// `"api_key": "sk-…"`, `token = '…'`: a secret name and, after a colon or an equals sign, what looks like a token.
  private static func tokens(in text: String) -> String {
    text.replacing(#/([A-Za-z][A-Za-z0-9_.\-]*)(["']?\s*[:=]\s*["'`]?)([A-Za-z0-9_\-.+\/=]{16,})/#) { match in
      isSecret(name: String(match.1)) && isTokenLike(match.3)
        ? "\(match.1)\(match.2)\(replacement)" : String(match.0)
    }
  }

  /// Sixteen characters or more with letters and digits among them, as no word or name has.
  private static func isTokenLike(_ text: Substring) -> Bool {
    text.count >= 16 && text.contains(where: \.isNumber) && text.contains(where: \.isLetter)
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.+/=".contains($0)) }
  }

  private static func isVariable(_ name: String) -> Bool {
    let last = name.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.last ?? ""
    return last == last.uppercased() && isSecret(name: String(last))
  }

  /// `scheme://user:password@host`, any number of them, and `https://TOKEN@host`.
  private static func withoutPasswords(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let scheme = rest.firstRange(of: "://") {
      result += rest[..<scheme.upperBound]
      rest = rest[scheme.upperBound...]
      let word = rest.prefix { !$0.isWhitespace && !"\"'<>".contains($0) }
      var authority = word.prefix { !"/?#".contains($0) }
      guard let colon = authority.firstIndex(of: ":") else {
        if let at = authority.lastIndex(of: "@"), isTokenLike(authority[..<at]) {
          result += replacement
          rest = rest[at...]
        }
        continue
      }
      // A password may hold a slash by mistake; what is a host's port does not begin one.
      if !authority.contains("@"), !authority[colon...].dropFirst().allSatisfy(\.isNumber) { authority = word }
      // It may hold an @ too: it ends at the last one.
      guard let at = authority.lastIndex(of: "@"), colon < at else { continue }
      let isEmpty = authority.index(after: colon) == at
      result += rest[...colon] + (isEmpty ? "" : replacement)
      rest = rest[at...]
    }
    return result + rest
  }

  /// `NAME=VALUE`, alone or among others.
  private static func assignments(in text: String, where isSecret: (String) -> Bool = isSecret(name:)) -> String {
    guard text.contains("=") else { return text }
    var result = ""
    var rest = text[...]
    while !rest.isEmpty {
      let part = rest.prefix { !isSeparator($0) }
      rest = rest[part.endIndex...]
      if let equals = part.firstIndex(of: "="), isSecret(String(part[..<equals])) {
        result += part[...equals]
        let isOpen = part.index(after: equals) == part.endIndex
        result += isOpen ? takeQuoted(&rest) ?? "" : replacement
      } else {
        result += part
      }
      if let separator = rest.popFirst() { result.append(separator) }
    }
    return result
  }

  /// `--api-key VALUE` in a text.
  private static func options(in text: String) -> String {
    guard text.contains("-") else { return text }
    var result = ""
    var rest = text[...]
    var isNext = false
    while !rest.isEmpty {
      let space = rest.prefix(while: \.isWhitespace)
      result += space
      rest = rest[space.endIndex...]
      if isNext, !rest.isEmpty, !rest.hasPrefix("--") {
        isNext = false
        if let quoted = takeQuoted(&rest) {
          result += quoted
          continue
        }
        rest = rest.drop { !$0.isWhitespace }
        result += replacement
        continue
      }
      let word = rest.prefix { !$0.isWhitespace }
      rest = rest[word.endIndex...]
      result += word
      isNext = isOption(word)
    }
    return result
  }

  /// Takes a value in quotes off the front, and gives it back without what is in them; nil if there is none.
  private static func takeQuoted(_ rest: inout Substring) -> String? {
    guard let quote = rest.first, "\"'`".contains(quote) else { return nil }
    let inner = rest.dropFirst().prefix { $0 != quote && $0 != "\n" }
    rest = rest[inner.endIndex...]
    let isClosed = rest.first == quote
    if isClosed { rest = rest.dropFirst() }
    return String(quote) + (inner.isEmpty ? "" : replacement) + (isClosed ? String(quote) : "")
  }

  private static func isSeparator(_ character: Character) -> Bool {
    character.isWhitespace || separators.contains(character)
  }
}

extension LogEntry {
  /// The entry without secrets.
  var redacted: LogEntry {
    switch self {
    case .begin(let description): .begin(description.redacted)
    case .tag(let key, let value, let time): .tag(key: key, value: Redaction.tag(value, of: key), wallTime: time)
    case .note(let text, let time): .note(Redaction.text(text), wallTime: time)
    case .name(let text, let time): .name(Redaction.text(text), wallTime: time)
    case .text(let text, let time): .text(Redaction.text(text), wallTime: time)
    case .parameters(let values, let time): .parameters(Redaction.values(values), wallTime: time)
    case .finish(let finish): .finish(finish.redacted)
    case .series, .finding, .checkpoint, .resume, .deleted, .histogram, .artifact, .tagRemoved, .restored, .archived,
      .codeState, .artifactRemoved:
      self
    }
  }
}

extension FinishRecord {
  fileprivate var redacted: FinishRecord {
    var safe = self
    safe.message = message.map(Redaction.text)
    return safe
  }
}

extension RunDescription {
  /// The description without secrets.
  package var redacted: RunDescription {
    var safe = self
    safe.name = Redaction.text(name)
    safe.subject = Redaction.text(subject)
    safe.target = Redaction.text(target)
    safe.hyperparameters = Redaction.values(hyperparameters)
    safe.protocolSettings = Redaction.values(protocolSettings)
    safe.tags = Dictionary(uniqueKeysWithValues: tags.map { ($0.key, Redaction.tag($0.value, of: $0.key)) })
    safe.surroundings.commandLine = Redaction.commandLine(surroundings.commandLine)
    return safe
  }
}
