/// Bytes as text of 64 letters.
package enum Base64 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = (0..<3).map { start + $0 < bytes.count ? UInt32(bytes[start + $0]) : 0 }
      let word = group[0] << 16 | group[1] << 8 | group[2]
      for place in 0..<4 {
        let isPadding = start + place > bytes.count
        text.append(isPadding ? UInt8(ascii: "=") : letters[Int(word >> UInt32(18 - 6 * place) & 63)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// nil for what is not so encoded.
  package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var (bytes, word, bits, padding): ([UInt8], UInt32, Int, Int) = ([], 0, 0, 0)
    for letter in text {
      if letter == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = letters.firstIndex(of: letter) else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
      }
    }
    return padding <= 2 && bits < 6 ? bytes : nil
  }
}
