import Formats

/// What names a version of a data set: `data:orders`, `data:orders@3`, `data:orders@latest`, `data:orders@checked`. Use it wherever
/// a user may name data; without `data:` it is one only where no file has that name.
///
///     let reference = DataSetReference("data:orders@3")
///     print(reference?.name ?? "", reference?.choice == .number(3))  // orders true
package struct DataSetReference: Hashable, Sendable, CustomStringConvertible {
  package enum Choice: Hashable, Sendable {
    case latest
    case number(Int)
    case tag(String)
  }

  package var name: String
  package var choice: Choice

  package static let prefix = "data:"

  package init(_ name: String, _ choice: Choice = .latest) { (self.name, self.choice) = (name, choice) }

  /// nil for a text that cannot be one, with or without `data:`.
  package init?(_ text: String) {
    let plain = text.hasPrefix(Self.prefix) ? text.dropFirst(Self.prefix.count) : text[...]
    let parts = plain.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard Self.isName(parts[0]) else { return nil }
    name = parts[0]
    switch parts.count == 2 ? parts[1] : "latest" {
    case "latest": choice = .latest
    case let text where text.utf8.allSatisfy { (0x30...0x39).contains($0) }:
      guard let number = Int(text), number > 0 else { return nil }
      choice = .number(number)
    case let text where Self.isName(text): choice = .tag(text)
    default: return nil
    }
  }

  /// Letters, digits, `_`, `-` and `.`, the first a letter or a digit, at most 100.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 100 else { return false }
    func isAlphanumeric(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    return isAlphanumeric(first) && text.utf8.allSatisfy { isAlphanumeric($0) || "_-.".utf8.contains($0) }
  }

  /// `data:orders@3`
  package var description: String {
    switch choice {
    case .latest: Self.prefix + name
    case .number(let number): "\(Self.prefix)\(name)@\(number)"
    case .tag(let tag): "\(Self.prefix)\(name)@\(tag)"
    }
  }
}
