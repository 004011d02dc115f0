/// Builds CSV in memory and hands it on in chunks: RFC 4180 quoting where it is needed, lines ending in "\n" alone.
package struct CSVWriter<Failure: Error> {
  // Programs export millions of numbers, so that their fields are inlined where they are written.
  @usableFromInline let text = TextBuffer()
  @usableFromInline var isAtLineStart = true
  private let sink: ([UInt8]) throws(Failure) -> Void

  package init(to sink: @escaping ([UInt8]) throws(Failure) -> Void) {
    self.sink = sink
  }

  package mutating func field(_ text: String) { fields(csvFields([text])) }

  @inlinable package mutating func field(_ value: Int) {
    separate()
    text.append(decimal: value)
  }

  /// The shortest decimal that reads back as the same bits; nothing where the value is absent.
  @inlinable package mutating func field(_ value: Double?) {
    separate()
    if let value { text.append(shortest: value) }
  }

  /// Unix microseconds as seconds with six decimals; nothing where the time is absent.
  @inlinable package mutating func field(microseconds: Int64?) {
    separate()
    if let microseconds { text.append(seconds: microseconds) }
  }

  /// Several fields that `csvFields` has made ready.
  @inlinable package mutating func fields(_ ready: [UInt8]) {
    separate()
    text.append(ready)
  }

  @inlinable package mutating func endRow() throws(Failure) {
    text.append("\n")
    isAtLineStart = true
    if text.isFull { try flush() }
  }

  package mutating func row(_ fields: [String]) throws(Failure) {
    for text in fields { field(text) }
    try endRow()
  }

  package mutating func flush() throws(Failure) {
    let bytes = text.take()
    if !bytes.isEmpty { try sink(bytes) }
  }

  @inlinable mutating func separate() {
    if !isAtLineStart { text.append(",") }
    isAtLineStart = false
  }
}

extension CSVWriter where Failure == Never {
  /// What `body` writes.
  package static func text(_ body: (inout CSVWriter) -> Void) -> String {
    var text = ""
    var writer = CSVWriter { (bytes) throws(Never) in text += String(decoding: bytes, as: UTF8.self) }
    body(&writer)
    writer.flush()
    return text
  }
}

/// Texts as CSV fields with commas between them.
package func csvFields(_ texts: [String]) -> [UInt8] {
  var bytes: [UInt8] = []
  for (index, text) in texts.enumerated() {
    if index > 0 { bytes.append(UInt8(ascii: ",")) }
    bytes.appendQuoted(text)
  }
  return bytes
}

extension [UInt8] {
  /// The text, in quotes where it holds a comma, a quote or a line break.
  fileprivate mutating func appendQuoted(_ text: String) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes = text.utf8.contains {
      $0 == quote || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
    }
    guard needsQuotes else { return append(contentsOf: text.utf8) }
    append(quote)
    for byte in text.utf8 {
      if byte == quote { append(quote) }
      append(byte)
    }
    append(quote)
  }
}
