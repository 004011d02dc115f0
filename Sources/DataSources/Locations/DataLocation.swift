import Files
import Glibc
import Settings

/// What is known of where rows come from: a file, a folder, or an address such as `sqlite:shop.db?table=orders`.
package struct DataLocation: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case file, folder, address(scheme: String) }

  /// As it was given, a password included.
  package let text: String
  package let kind: Kind
  /// Of a file or a folder; of an address, what stands between the scheme's colon and the parameters, as written.
  package let path: String
  /// What follows an address's question mark, decoded.
  package let parameters: [String: String]
  /// The same, not decoded and in order, without `table` and `query`.
  let otherParameters: [String]

  /// Throws for a file that is not there, a scheme that is not known, and parameters that are not well-formed.
  package init(_ text: String) throws(DataSourceError) {
    self.text = text
    if let colon = text.firstIndex(of: ":"), Self.isScheme(text[..<colon]) {
      let scheme = text[..<colon].lowercased()
      let isKnown = SourceCatalogue.all.contains { $0.schemes.contains(scheme) }
      if isKnown || text[colon...].hasPrefix("://") {
        guard isKnown else {
          throw DataSourceError(
            location: Self.redacted(text),
            "there is no source '\(scheme):'"
              + (didYouMean(scheme, among: SourceCatalogue.all.flatMap { $0.schemes }) ?? ""), status: .badUsage)
        }
        kind = .address(scheme: scheme)
        let rest = text[text.index(after: colon)...]
        let mark = rest.firstIndex(of: "?") ?? rest.endIndex
        path = String(rest[..<mark])
        (parameters, otherParameters) = try Self.parameters(rest[mark...].dropFirst(), of: text)
        return
      }
    }
    (path, parameters, otherParameters) = (text, [:], [])
    var status = stat()
    guard !text.isEmpty, !text.utf8.contains(0), stat(text, &status) == 0 else {
      throw DataSourceError(location: text, Self.absence(text), status: .badUsage)
    }
    kind = status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  /// For messages and records: `***` stands for a password.
  package var redacted: String {
    if case .address = kind { return Self.redacted(text) }
    return text
  }

  /// The part after the last slash.
  var name: String { String(path.split(separator: "/").last ?? Substring(path)) }

  private static func isScheme(_ text: Substring) -> Bool {
    text.count > 1 && text.first!.isASCII && text.first!.isLetter
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
  }

  private static func absence(_ path: String) -> String {
    if path.isEmpty { return "the name of the file is empty" }
    if !path.utf8.contains(0), errno != ENOENT { return "it cannot be read: \(FileError.words(errno))" }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/")
    let names = (try? Folder.names(in: parts.count > 1 ? folder + "/" : ".")) ?? []
    return "there is no such file" + (didYouMean(String(parts.last ?? ""), among: names) ?? "")
  }

  private static func parameters(
    _ text: Substring, of address: String
  ) throws(DataSourceError) -> (decoded: [String: String], others: [String]) {
    var (decoded, others): ([String: String], [String]) = ([:], [])
    for part in text.split(separator: "&") {
      let equals = part.firstIndex(of: "=") ?? part.endIndex
      guard equals != part.endIndex, let key = percentDecoded(part[..<equals]),
        let value = percentDecoded(part[equals...].dropFirst())
      else {
        throw DataSourceError(
          location: redacted(address), "its parameters are not well-formed: write ?name=value&name=value, and % as %25",
          status: .badUsage)
      }
      decoded[key] = value
      if key != "table", key != "query" { others.append(String(part)) }
    }
    return (decoded, others)
  }

  /// nil where a percent sign is not followed by two hexadecimal digits, or the bytes are no text.
  package static func percentDecoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  /// The password in front of the host as it is written; nil where there is none.
  private static func password(_ address: String) -> Range<String.Index>? {
    guard let start = address.range(of: "://")?.upperBound else { return nil }
    // It may hold characters that should have been encoded, so the last @ ends it.
    let end = address[start...].firstIndex(of: "?") ?? address.endIndex
    guard let at = address[start..<end].lastIndex(of: "@"), let colon = address[start..<at].firstIndex(of: ":") else {
      return nil
    }
    return address.index(after: colon)..<at
  }

  /// A message of a library's, which may repeat a part of the address, without the password.
  func redacted(message: String) -> String {
    guard let password = Self.password(text).map({ text[$0] }), !password.isEmpty else { return message }
    let decoded = Self.percentDecoded(password) ?? ""
    return [String(password), decoded].reduce(message) { $1.isEmpty ? $0 : $0.replacing($1, with: "***") }
  }

  /// Without the password in front of the host and those among the parameters.
  private static func redacted(_ address: String) -> String {
    var text = address
    if let password = password(text) { text.replaceSubrange(password, with: "***") }
    guard let mark = text.firstIndex(of: "?") else { return text }
    let parameters = text[mark...].dropFirst().split(separator: "&", omittingEmptySubsequences: false).map { part in
      let key = part.prefix { $0 != "=" }
      return (percentDecoded(key) ?? "").lowercased().contains("password") ? "\(key)=***" : String(part)
    }
    return text[...mark] + parameters.joined(separator: "&")
  }
}
