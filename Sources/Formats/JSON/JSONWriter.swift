/// Writes JSON a piece at a time, without a tree of it in memory.
///
///     var json = JSONWriter()
///     json.object { $0.member("name", "a"); $0.member("values") { $0.list([1, 2]) { $0.value($1) } } }
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

  /// An object as bytes.
  package static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.object(body)
    return json.bytes
  }

  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "{"))
    body(&self)
    close(UInt8(ascii: "}"))
  }

  package mutating func list<Elements: Sequence>(
    _ elements: Elements, _ body: (inout JSONWriter, Elements.Element) -> Void
  ) {
    open(UInt8(ascii: "["))
    for element in elements { body(&self, element) }
    close(UInt8(ascii: "]"))
  }

  package mutating func member(_ name: String, _ body: (inout JSONWriter) -> Void) {
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
    body(&self)
    needsComma = true
  }

  package mutating func member(_ name: String, _ text: String) { member(name) { $0.value(text) } }
  package mutating func member(_ name: String, _ number: Int) { member(name) { $0.value(number) } }
  package mutating func member(_ name: String, _ flag: Bool) { member(name) { $0.raw(flag ? "true" : "false") } }
  package mutating func member(_ name: String, _ number: Double) { member(name) { $0.value(number) } }

  package mutating func value(_ text: String) {
    separate()
    quote(text)
  }

  package mutating func value(_ number: Int) { raw(String(number)) }

  /// NaN and infinities as texts, as protocol buffers have them.
  package mutating func value(_ number: Double) {
    if number.isFinite { return raw(number.description) }
    value(number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
  }

  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .flag(let flag): raw(flag ? "true" : "false")
    case .integer(let number): self.value(number)
    case .number(let number): self.value(number)
    case .text(let text): self.value(text)
    case .list(let values): list(values) { $0.value($1) }
    case .object(let members): object { for member in members { $0.member(member.name) { $0.value(member.value) } } }
    }
  }

  /// What is JSON already.
  package mutating func raw(_ text: String) {
    separate()
    bytes += text.utf8
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      // Few texts have anything that must be escaped.
      var start = 0
      for place in utf8.indices where Self.isSpecial(utf8[place]) {
        bytes.append(contentsOf: utf8[start..<place])
        start = place + 1
        escape(utf8[place])
      }
      bytes.append(contentsOf: utf8[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Scripts of a page are never ended by what stands in a text: `<` is escaped too.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "<") || byte == 0x7F
  }

  private mutating func escape(_ byte: UInt8) {
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      bytes += [UInt8(ascii: "\\"), byte]
      return
    }
    let digits = Array("0123456789abcdef".utf8)
    bytes += "\\u00".utf8
    bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }
}
