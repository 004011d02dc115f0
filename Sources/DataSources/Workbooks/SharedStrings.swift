/// The texts of a workbook, which its cells refer to by number; they are held in memory as bytes, one after another.
struct SharedStrings {
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]

  var count: Int { ends.count - 1 }

  init() {}

  /// Throws where they take more than `limit` bytes.
  init(_ xml: consuming XMLReader, limit: Int) throws(DataSourceError) {
    var (itemDepth, isText) = (0, false)
    while true {
      switch try xml.next() {
      case .start:
        if xml.isNamed("si"), itemDepth == 0 {
          itemDepth = xml.depth
        } else if xml.isNamed("rPh"), itemDepth > 0 {
          // How a Japanese text is read aloud.
          try xml.skipElement()
        } else {
          isText = itemDepth > 0 && xml.isNamed("t")
        }
      case .text: if isText { bytes += xml.text }
      case .end:
        isText = false
        if itemDepth > 0, xml.depth < itemDepth {
          itemDepth = 0
          ends.append(bytes.count)
          guard bytes.count + 8 * ends.count <= limit else {
            throw DataSourceError("the texts of the workbook need more than \(limit >> 20) MiB of memory")
          }
        }
      case .finished: return
      }
    }
  }

  /// nil where there is none of that number.
  subscript(index: Int) -> String? {
    guard index >= 0, index < count else { return nil }
    return Self.text(bytes[ends[index]..<ends[index + 1]])
  }

  /// Excel writes a character that XML has no place for as `_x000D_`.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "_")), case let text = String(decoding: bytes, as: UTF8.self), text.contains("_x")
    else { return String(decoding: bytes, as: UTF8.self) }
    var (result, rest) = ("", text[...])
    while let start = rest.range(of: "_x") {
      result += rest[..<start.lowerBound]
      let digits = rest[start.upperBound...].prefix(4)
      let end = rest.index(start.upperBound, offsetBy: 4, limitedBy: rest.endIndex) ?? rest.endIndex
      if digits.count == 4, digits.allSatisfy(\.isHexDigit), rest[end...].hasPrefix("_"),
        let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
      {
        result.unicodeScalars.append(scalar)
        rest = rest[end...].dropFirst()
      } else {
        result += "_x"
        rest = rest[start.upperBound...]
      }
    }
    return result + rest
  }
}
