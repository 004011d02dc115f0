import Telemetry

/// Builds CSV in memory and hands it on in chunks: RFC 4180 quoting where it is needed, lines ending in "\n" alone.
package struct CSVWriter<Failure: Error> {
  private var bytes: [UInt8] = []
  private var isAtLineStart = true
  private let sink: ([UInt8]) throws(Failure) -> Void
  private static var chunk: Int { 1 << 18 }

  package init(to sink: @escaping ([UInt8]) throws(Failure) -> Void) {
    self.sink = sink
    bytes.reserveCapacity(Self.chunk + 4096)
  }

  package mutating func field(_ text: String) {
    separate()
    bytes.appendQuoted(text)
  }

  package mutating func field(_ value: Int) {
    separate()
    bytes.appendDecimal(value)
  }

  /// The shortest decimal that reads back as the same bits; nothing where the value is absent.
  package mutating func field(_ value: Double?) {
    separate()
    if let value { appendShortest(value, to: &bytes) }
  }

  /// Unix microseconds as seconds with six decimals; nothing where the time is absent.
  package mutating func field(microseconds: Int64?) {
    separate()
    if let microseconds { bytes.appendSeconds(microseconds) }
  }

  /// Several fields that `csvFields` has made ready.
  package mutating func fields(_ ready: [UInt8]) {
    separate()
    bytes.append(contentsOf: ready)
  }

  package mutating func endRow() throws(Failure) {
    bytes.append(UInt8(ascii: "\n"))
    isAtLineStart = true
    if bytes.count >= Self.chunk { try flush() }
  }

  package mutating func row(_ fields: [String]) throws(Failure) {
    for text in fields { field(text) }
    try endRow()
  }

  package mutating func flush() throws(Failure) {
    if !bytes.isEmpty { try sink(bytes) }
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func separate() {
    if !isAtLineStart { bytes.append(UInt8(ascii: ",")) }
    isAtLineStart = false
  }
}

/// Texts as CSV fields with commas between them.
func csvFields(_ texts: [String]) -> [UInt8] {
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

  mutating func appendDecimal(_ value: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    appendDigits(UInt64(value.magnitude), atLeast: 1)
  }

  mutating func appendSeconds(_ microseconds: Int64) {
    if microseconds < 0 { append(UInt8(ascii: "-")) }
    let (seconds, rest) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    appendDigits(seconds, atLeast: 1)
    append(UInt8(ascii: "."))
    appendDigits(rest, atLeast: 6)
  }

  private mutating func appendDigits(_ value: UInt64, atLeast width: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (rest, place) = (value, 20)
      while rest > 0 || place > 20 - width {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        place -= 1
        digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
        rest = quotient
      }
      append(contentsOf: UnsafeBufferPointer(rebasing: digits[place...]))
    }
  }
}
