/// Reads XML a tag or a text at a time: as much of it as office documents have.
///
/// Names are without their prefixes. A document type is refused, and with it every entity but XML's own five, so nothing
/// in a file can grow or name another file. The bytes are UTF-8, as Office writes them.
struct XMLReader {
  enum Event { case start, end, text, finished }

  /// Fills an array from a place on; returns how many bytes, 0 at the end.
  typealias Source = (inout [UInt8], Int) throws(DataSourceError) -> Int

  private let source: Source
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var at = 0
  private var filled = 0
  private var isAtEnd = false
  private var isEmptyElement = false
  private var hasRoot = false
  /// How many elements are open.
  private(set) var depth = 0
  /// The bytes of the last text, entities replaced.
  private(set) var text: [UInt8] = []
  private var name = 0..<0
  private var attributes: [(name: Range<Int>, value: Range<Int>)] = []

  private static let deepest = 256
  private static let longestTag = 1 << 20
  private static let longestText = 1 << 26

  init(_ source: @escaping Source) { self.source = source }

  init(_ entry: ZipEntryReader) {
    self.init { (bytes, start) throws(DataSourceError) in try entry.read(into: &bytes, from: start) }
  }

  /// The name of the last element that began or ended is this.
  func isNamed(_ other: StaticString) -> Bool { matches(name, other) }

  /// The value of an attribute of the element that has just begun, as it is written.
  func attribute(_ other: StaticString) -> ArraySlice<UInt8>? {
    for attribute in attributes where matches(attribute.name, other) { return buffer[attribute.value] }
    return nil
  }

  /// The same with entities replaced.
  func attributeText(_ other: StaticString) throws(DataSourceError) -> String? {
    guard let bytes = attribute(other) else { return nil }
    guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
    var result: [UInt8] = []
    var rest = bytes
    while let byte = rest.first {
      if byte == UInt8(ascii: "&") {
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else { throw damaged }
        try Self.append(entity: rest[rest.startIndex + 1..<end], to: &result)
        rest = rest[(end + 1)...]
      } else {
        result.append(byte)
        rest.removeFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private func matches(_ range: Range<Int>, _ other: StaticString) -> Bool {
    guard range.count == other.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count where buffer[range.lowerBound + offset] != other.utf8Start[offset] { return false }
    return true
  }

  private var damaged: DataSourceError { DataSourceError("its XML is damaged") }

  mutating func next() throws(DataSourceError) -> Event {
    if isEmptyElement {
      isEmptyElement = false
      depth -= 1
      return .end
    }
    while true {
      guard try has(1) else {
        guard depth == 0, hasRoot else { throw DataSourceError("its XML is cut off") }
        return .finished
      }
      if buffer[at] != UInt8(ascii: "<") {
        try readText()
        if depth > 0 { return .text }
        guard text.allSatisfy({ $0 <= 32 || [0xEF, 0xBB, 0xBF].contains($0) }) else { throw damaged }
        continue
      }
      guard try has(2) else { throw damaged }
      switch buffer[at + 1] {
      case UInt8(ascii: "/"):
        let end = try offset(of: [UInt8(ascii: ">")], from: 2, limit: Self.longestTag)
        name = localName(at + 2, until: at + end)
        at += end + 1
        guard depth > 0 else { throw damaged }
        depth -= 1
        return .end
      case UInt8(ascii: "?"): try skip(past: "?>")
      case UInt8(ascii: "!"):
        if try begins(with: "<!--") {
          try skip(past: "-->")
        } else if try begins(with: "<![CDATA["), depth > 0 {
          let end = try offset(of: Array("]]>".utf8), from: 9, limit: Self.longestText)
          text.removeAll(keepingCapacity: true)
          text += buffer[at + 9..<at + end]
          at += end + 3
          return .text
        } else {
          throw DataSourceError("its XML has a document type, which no office document has")
        }
      default:
        try readStart()
        return .start
      }
    }
  }

  /// Passes over the rest of the element that has just begun.
  mutating func skipElement() throws(DataSourceError) {
    let outside = depth - 1
    while depth > outside { _ = try next() }
  }

  // MARK: The buffer

  /// Whether there are so many bytes from here on, which are in the buffer then.
  @inline(__always)
  private mutating func has(_ count: Int) throws(DataSourceError) -> Bool {
    filled - at >= count ? true : try hasAfterFilling(count)
  }

  private mutating func hasAfterFilling(_ count: Int) throws(DataSourceError) -> Bool {
    while filled - at < count {
      if isAtEnd { return false }
      try fill()
    }
    return true
  }

  private mutating func fill() throws(DataSourceError) {
    if at > 0 {
      buffer.withUnsafeMutableBytes { bytes in
        bytes.baseAddress!.copyMemory(from: bytes.baseAddress! + at, byteCount: filled - at)
      }
      filled -= at
      at = 0
    }
    if filled == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
    let count = try source(&buffer, filled)
    if count == 0 { isAtEnd = true }
    filled += count
  }

  private mutating func begins(with start: StaticString) throws(DataSourceError) -> Bool {
    let count = start.utf8CodeUnitCount
    return try has(count) && matches(at..<at + count, start)
  }

  /// How far from here a sequence of bytes is.
  private mutating func offset(of sequence: [UInt8], from start: Int, limit: Int) throws(DataSourceError) -> Int {
    var offset = start
    while true {
      guard try has(offset + sequence.count), offset < limit else { throw DataSourceError("its XML is cut off") }
      let end = filled - sequence.count
      var place = at + offset
      while place <= end {
        if buffer[place] == sequence[0], buffer[place..<place + sequence.count].elementsEqual(sequence) {
          return place - at
        }
        place += 1
      }
      offset = place - at
    }
  }

  private mutating func skip(past end: StaticString) throws(DataSourceError) {
    let sequence = (0..<end.utf8CodeUnitCount).map { end.utf8Start[$0] }
    at += try offset(of: sequence, from: 2, limit: Self.longestText) + sequence.count
  }

  // MARK: Tags

  private mutating func readStart() throws(DataSourceError) {
    let length = try tagLength()
    depth += 1
    guard depth <= Self.deepest else { throw DataSourceError("its XML is nested too deeply") }
    hasRoot = true
    let end = at + length
    isEmptyElement = buffer[end - 1] == UInt8(ascii: "/")
    let last = isEmptyElement ? end - 1 : end
    name = localName(at + 1, until: last)
    attributes.removeAll(keepingCapacity: true)
    var place = name.upperBound
    while true {
      while place < last, buffer[place] <= 32 { place += 1 }
      if place >= last { break }
      let start = place
      while place < last, buffer[place] != UInt8(ascii: "="), buffer[place] > 32 { place += 1 }
      let key = localName(start, until: place)
      while place < last, buffer[place] <= 32 { place += 1 }
      guard place < last, buffer[place] == UInt8(ascii: "=") else { throw damaged }
      place += 1
      while place < last, buffer[place] <= 32 { place += 1 }
      guard place < last, buffer[place] == UInt8(ascii: "\"") || buffer[place] == UInt8(ascii: "'") else {
        throw damaged
      }
      let quote = buffer[place]
      place += 1
      let valueStart = place
      while place < last, buffer[place] != quote { place += 1 }
      guard place < last else { throw damaged }
      attributes.append((key, valueStart..<place))
      place += 1
    }
    at = end + 1
  }

  /// How far from here the `>` is that ends the tag; in an attribute's value it does not.
  private mutating func tagLength() throws(DataSourceError) -> Int {
    var (offset, quote): (Int, UInt8) = (1, 0)
    while true {
      guard offset < Self.longestTag else { throw damaged }
      guard try has(offset + 1) else { throw DataSourceError("its XML is cut off") }
      let end: Int? = buffer.withUnsafeBufferPointer { bytes in
        var place = at + offset
        while place < filled {
          let byte = bytes[place]
          if quote != 0 {
            if byte == quote { quote = 0 }
          } else if byte == UInt8(ascii: ">") {
            return place - at
          } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            quote = byte
          }
          place += 1
        }
        return nil
      }
      if let end { return end }
      offset = filled - at
    }
  }

  /// The name from a place on, without a prefix.
  private func localName(_ start: Int, until end: Int) -> Range<Int> {
    var (first, place) = (start, start)
    while place < end, buffer[place] > 32, buffer[place] != UInt8(ascii: "/") {
      if buffer[place] == UInt8(ascii: ":") { first = place + 1 }
      place += 1
    }
    return first..<place
  }

  // MARK: Text

  private mutating func readText() throws(DataSourceError) {
    text.removeAll(keepingCapacity: true)
    while try has(1) {
      let stop: Int = buffer.withUnsafeBufferPointer { bytes in
        var place = at
        while place < filled, bytes[place] != UInt8(ascii: "<"), bytes[place] != UInt8(ascii: "&") { place += 1 }
        return place
      }
      guard text.count + stop - at <= Self.longestText else {
        throw DataSourceError("its XML has a text of more than 64 MiB")
      }
      text += buffer[at..<stop]
      at = stop
      if stop == filled { continue }
      if buffer[stop] == UInt8(ascii: "<") { return }
      let end = try offset(of: [UInt8(ascii: ";")], from: 1, limit: 16)
      try Self.append(entity: buffer[at + 1..<at + end], to: &text)
      at += end + 1
    }
  }

  /// One of XML's five, or a character by its number.
  private static func append(entity: ArraySlice<UInt8>, to text: inout [UInt8]) throws(DataSourceError) {
    switch String(decoding: entity, as: UTF8.self) {
    case "lt": text.append(UInt8(ascii: "<"))
    case "gt": text.append(UInt8(ascii: ">"))
    case "amp": text.append(UInt8(ascii: "&"))
    case "quot": text.append(UInt8(ascii: "\""))
    case "apos": text.append(UInt8(ascii: "'"))
    case let name where name.hasPrefix("#"):
      let digits = name.dropFirst()
      let value = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
      guard let scalar = value.flatMap(Unicode.Scalar.init), scalar != "\0" else { fallthrough }
      text += Array(String(Character(scalar)).utf8)
    default: throw DataSourceError("its XML has an entity that is not XML's own")
    }
  }
}
