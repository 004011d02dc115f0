import Datasets

/// Takes values off a JSON text (RFC 8259); `NaN` and the infinities, which Python writes, are read as missing.
struct JSONScanner {
  private var bytes: SourceBytes
  private(set) var line = 1
  private var token: [UInt8] = []

  private static let deepest = 256
  private static let mostFields = 1 << 20
  private static let longest = 1 << 28

  init(_ bytes: SourceBytes) { self.bytes = bytes }

  var remarks: [String] { bytes.remarks }

  /// The next byte that is no space, which is not taken; nil at the end.
  mutating func nextByte() throws(DataSourceError) -> UInt8? {
    while let byte = try bytes.peek() {
      switch byte {
      case 10: line += 1
      case 32, 9, 13: break
      default: return byte
      }
      bytes.advance(1)
    }
    return nil
  }

  mutating func take() { bytes.advance(1) }

  /// Takes the rest of a line.
  mutating func skipLine() throws(DataSourceError) {
    while try bytes.has(1) {
      let part = bytes.available
      guard let end = part.firstIndex(of: 10) else {
        bytes.advance(part.count)
        continue
      }
      bytes.advance(end - part.startIndex + 1)
      line += 1
      return
    }
  }

  /// Takes the object that begins here. `path`: the keys that lead to it, with a dot after each.
  mutating func readObject(
    _ path: inout [UInt8], into fields: inout [(key: String, cell: Cell)], depth: Int
  ) throws(DataSourceError) {
    guard depth < Self.deepest else { throw DataSourceError("the objects are nested too deeply") }
    try takeByte(UInt8(ascii: "{"))
    if try takes(UInt8(ascii: "}")) { return }
    let start = path.count
    repeat {
      path += try readString()
      guard path.count <= Self.longest else { throw DataSourceError("a key is too long") }
      try takeByte(UInt8(ascii: ":"))
      if try nextByte() == UInt8(ascii: "{") {
        path.append(UInt8(ascii: "."))
        try readObject(&path, into: &fields, depth: depth + 1)
      } else {
        let cell = try readCell()
        fields.append((String(decoding: path, as: UTF8.self), cell))
        guard fields.count <= Self.mostFields else { throw DataSourceError("an object has too many keys") }
      }
      path.removeLast(path.count - start)
    } while try takes(UInt8(ascii: ","))
    try takeByte(UInt8(ascii: "}"))
  }

  /// Takes a value of any kind and says which it is.
  mutating func skipValue() throws(DataSourceError) -> String {
    token.removeAll(keepingCapacity: true)
    let first = try nextByte()
    try copyValue(depth: 0)
    return switch first {
    case UInt8(ascii: "["): "an array"
    case UInt8(ascii: "\""): "a text"
    case UInt8(ascii: "n"): "null"
    case UInt8(ascii: "t"), UInt8(ascii: "f"): "a truth value"
    default: "a number"
    }
  }

  // MARK: Values

  private mutating func readCell() throws(DataSourceError) -> Cell {
    switch try nextByte() {
    case UInt8(ascii: "\""):
      return .nonempty(String(decoding: try readString(), as: UTF8.self))
    case UInt8(ascii: "["):
      token.removeAll(keepingCapacity: true)
      try copyValue(depth: 0)
      return .text(String(decoding: token, as: UTF8.self))
    default:
      token.removeAll(keepingCapacity: true)
      try copyWord()
      return cellOfWord()
    }
  }

  private func cellOfWord() -> Cell {
    switch token[0] {
    case UInt8(ascii: "t"): return .flag(true)
    case UInt8(ascii: "f"): return .flag(false)
    default: break
    }
    guard let last = token.last, last >= 48, last < 58 else { return .missing }
    let word = String(decoding: token, as: UTF8.self)
    if let integer = Int64(word) { return .integer(integer) }
    let isWhole = !token.contains { $0 == UInt8(ascii: ".") || $0 | 32 == UInt8(ascii: "e") }
    if !isWhole, let value = token.withUnsafeBufferPointer({ ValueParsing.number($0) }) { return .number(value) }
    // Digits that no number of the machine's holds are kept.
    return .text(word)
  }

  /// Copies a value without its spaces.
  private mutating func copyValue(depth: Int) throws(DataSourceError) {
    guard depth < Self.deepest else { throw DataSourceError("the arrays are nested too deeply") }
    guard token.count <= Self.longest else { throw DataSourceError("an array is too long") }
    let first = try nextByte()
    switch first {
    case UInt8(ascii: "\""): try copyString()
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      let isObject = first == UInt8(ascii: "{")
      let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
      token.append(first!)
      take()
      if try !takes(end) {
        repeat {
          if isObject {
            guard try nextByte() == UInt8(ascii: "\"") else { throw Self.unexpected }
            try copyString()
            try takeByte(UInt8(ascii: ":"))
            token.append(UInt8(ascii: ":"))
          }
          try copyValue(depth: depth + 1)
        } while try takesComma()
        try takeByte(end)
      }
      token.append(end)
    default: try copyWord()
    }
  }

  private mutating func takesComma() throws(DataSourceError) -> Bool {
    guard try takes(UInt8(ascii: ",")) else { return false }
    token.append(UInt8(ascii: ","))
    return true
  }

  /// A number, `null`, `true`, `false`, or one of Python's.
  private mutating func copyWord() throws(DataSourceError) {
    let start = token.count
    while let byte = try bytes.peek(), Self.isOfWord(byte), token.count - start < 4096 {
      token.append(byte)
      take()
    }
    let word = token[start...]
    guard Self.isNumber(word) || Self.names.contains(where: { word.elementsEqual($0) }) else {
      if word.isEmpty, try bytes.peek() == nil { throw DataSourceError("it is cut off") }
      throw Self.unexpected
    }
  }

  private static let names = ["null", "true", "false", "NaN", "Infinity", "-Infinity"].map { Array($0.utf8) }
  private static let unexpected = DataSourceError("it is no JSON")

  private static func isOfWord(_ byte: UInt8) -> Bool {
    byte >= 48 && byte < 58 || byte | 32 >= 97 && byte | 32 <= 122 || "+-.".utf8.contains(byte)
  }

  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte < 58 }
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let whole = rest.prefix(while: isDigit)
    guard !whole.isEmpty, whole.count == 1 || whole.first != 48 else { return false }
    rest = rest.dropFirst(whole.count)
    if rest.first == UInt8(ascii: ".") {
      let decimals = rest.dropFirst().prefix(while: isDigit)
      if decimals.isEmpty { return false }
      rest = rest.dropFirst(1 + decimals.count)
    }
    if let letter = rest.first, letter | 32 == UInt8(ascii: "e") {
      rest.removeFirst()
      if let sign = rest.first, "+-".utf8.contains(sign) { rest.removeFirst() }
      return !rest.isEmpty && rest.allSatisfy(isDigit)
    }
    return rest.isEmpty
  }

  private mutating func takes(_ byte: UInt8) throws(DataSourceError) -> Bool {
    guard try nextByte() == byte else { return false }
    take()
    return true
  }

  private mutating func takeByte(_ byte: UInt8) throws(DataSourceError) {
    if try takes(byte) { return }
    throw try bytes.peek() == nil ? DataSourceError("it is cut off") : Self.unexpected
  }

  // MARK: Texts

  /// Takes a text; what it stands for.
  private mutating func readString() throws(DataSourceError) -> ArraySlice<UInt8> {
    token.removeAll(keepingCapacity: true)
    guard try nextByte() == UInt8(ascii: "\"") else {
      throw try bytes.peek() == nil ? DataSourceError("it is cut off") : Self.unexpected
    }
    try copyString()
    return try Self.decoded(token[1..<token.count - 1])
  }

  /// With its quotes.
  private mutating func copyString() throws(DataSourceError) {
    token.append(UInt8(ascii: "\""))
    take()
    while try bytes.has(1) {
      let part = bytes.available
      let end = part.firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 < 32 } ?? part.endIndex
      token += part[..<end]
      bytes.advance(end - part.startIndex)
      guard token.count <= Self.longest else { throw DataSourceError("a text is too long") }
      if end == part.endIndex { continue }
      token.append(part[end])
      guard part[end] >= 32 else { throw DataSourceError("a text in it is not closed on its line") }
      take()
      if part[end] == UInt8(ascii: "\"") { return }
      guard let escaped = try bytes.peek(), escaped >= 32 else { throw Self.unexpected }
      token.append(escaped)
      take()
    }
    throw DataSourceError("it is cut off")
  }

  /// Without its escapes; half a pair of surrogates becomes U+FFFD.
  private static func decoded(_ written: ArraySlice<UInt8>) throws(DataSourceError) -> ArraySlice<UInt8> {
    guard written.contains(UInt8(ascii: "\\")) else { return written }
    var (text, rest): ([UInt8], ArraySlice<UInt8>) = ([], written)
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        text.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
      case UInt8(ascii: "u"):
        guard let unit = unit(&rest) else { throw DataSourceError("a text has an escape that JSON does not have") }
        var units = [unit]
        var ahead = rest
        if unit & 0xFC00 == 0xD800, ahead.popFirst() == UInt8(ascii: "\\"), ahead.popFirst() == UInt8(ascii: "u"),
          let low = Self.unit(&ahead), low & 0xFC00 == 0xDC00
        {
          units.append(low)
          rest = ahead
        }
        text += Array(String(decoding: units, as: UTF16.self).utf8)
      default: throw DataSourceError("a text has an escape that JSON does not have")
      }
    }
    return text[...]
  }

  private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
    let digits = String(decoding: rest.prefix(4), as: UTF8.self)
    guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit) else { return nil }
    rest = rest.dropFirst(4)
    return UInt16(digits, radix: 16)
  }
}
