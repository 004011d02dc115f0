/// UTF-8 that was read as Windows-1252 or Latin-1: `MÃ¼ller` for `Müller`.
enum Mojibake {
  /// What the text was; nil where it is no such text.
  static func decoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if scalar.value < 0x100 {
        bytes.append(UInt8(scalar.value))
      } else if let byte = windows1252[scalar.value] {
        bytes.append(byte)
      } else {
        return nil
      }
    }
    guard bytes.contains(where: { $0 >= 0xC2 }), let decoded = String(validating: bytes, as: UTF8.self),
      decoded.unicodeScalars.count < text.unicodeScalars.count
    else { return nil }
    return decoded
  }

  /// Of those that texts have no use for: not tabs and ends of lines.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 9, 10, 13: false
    case 0..<32, 0x7F..<0xA0: true
    default: false
    }
  }

  static func withoutControls(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !isControl($0) }))
  }

  /// The characters of Windows-1252 that Latin-1 has not.
  private static let windows1252: [UInt32: UInt8] = {
    let scalars: [UInt32] = [
      0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
      0x017D,
      0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
      0x017E, 0x0178,
    ]
    return Dictionary(uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8(0x80 + $0)) })
  }()
}
