import Formats

/// A request as handlers see it: checked, signed on, its body within the route's limit.
package struct WebRequest: Sendable {
  package var method: String
  /// The parts of the path, percent-decoded: none is empty, `.` or `..`, or has a slash or control character in it.
  package var path: [String]
  package var query: WebForm
  /// By lower-case names; several of one name are joined by commas.
  package var headers: [String: String]
  package var body = WebBody.bytes([])
  /// The parts of the path that the route leaves open, by their names.
  package var parameters: [String: String] = [:]
  package var visitor = Visitor(name: nil, access: .write)

  package init(method: String, path: [String], query: WebForm = WebForm(), headers: [String: String] = [:]) {
    (self.method, self.path, self.query, self.headers) = (method, path, query, headers)
  }

  func with(_ body: WebBody) -> WebRequest {
    var request = self
    request.body = body
    return request
  }

  package subscript(parameter: String) -> String { parameters[parameter] ?? "" }

  /// The body in memory; empty where it went to a file.
  package var bytes: [UInt8] { if case .bytes(let bytes) = body { bytes } else { [] } }
  package var form: WebForm { WebForm(encoded: String(decoding: bytes, as: UTF8.self)) }
}

/// What came with a request.
package enum WebBody: Sendable {
  case bytes([UInt8])
  /// A file that is removed when the answer was given.
  case file(path: String)
}

/// Who asks.
package struct Visitor: Sendable, Hashable {
  /// nil where nobody signs on.
  package var name: String?
  package var access: Access

  package init(name: String?, access: Access) { (self.name, self.access) = (name, access) }
}

/// What a token allows, and a route requires.
package enum Access: Int, Sendable, Hashable, Comparable {
  /// Anyone, before signing on.
  case open
  case read
  case write

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Fields of a query or a form, in order; a name may stand several times.
package struct WebForm: Sendable, Hashable {
  package var fields: [(name: String, value: String)] = []

  package init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  /// `a=1&b=two+words`; what is no UTF-8 becomes U+FFFD.
  package init(encoded text: String) {
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      func plain(_ text: Substring) -> String {
        let spaced = text.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(decoding: PercentCoding.decode(spaced) ?? spaced, as: UTF8.self)
      }
      fields.append((plain(parts[0]), parts.count > 1 ? plain(parts[1]) : ""))
    }
  }

  package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
  package func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  package var encoded: String {
    fields.map { PercentCoding.encode($0.name) + "=" + PercentCoding.encode($0.value) }.joined(separator: "&")
  }

  package static func == (left: Self, right: Self) -> Bool { left.encoded == right.encoded }
  package func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}

/// Percent encoding of addresses.
package enum PercentCoding {
  /// nil where a `%` is not followed by two hexadecimal digits.
  package static func decode(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.contains(0x25) else { return bytes }
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count {
      guard bytes[place] == 0x25 else {
        plain.append(bytes[place])
        place += 1
        continue
      }
      guard place + 2 < bytes.count, let high = digit(bytes[place + 1]), let low = digit(bytes[place + 2]) else {
        return nil
      }
      plain.append(high << 4 | low)
      place += 3
    }
    return plain
  }

  /// A text as a part of a path or a query.
  package static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        encoded.append(byte)
      default: encoded += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
