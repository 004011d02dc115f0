/// How the characters of a file are encoded as bytes. It is found out, unless a ``TableRequest`` says so.
///
/// ```swift
/// let request = TableRequest(encoding: TextEncoding(named: "Latin-1"))
/// print(request.encoding == .windows1252)  // true
/// ```
public enum TextEncoding: String, Codable, Hashable, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  /// Latin-1 with letters and signs in place of control characters, as browsers read Latin-1.
  case windows1252 = "windows-1252"

  /// Of a name that people use, in any case; nil for others.
  public init?(named name: String) {
    switch name.lowercased() {
    case "utf-8", "utf8": self = .utf8
    case "utf-16", "utf16", "utf-16le", "utf16le": self = .utf16LittleEndian
    case "utf-16be", "utf16be": self = .utf16BigEndian
    case "latin-1", "latin1", "iso-8859-1", "windows-1252", "cp1252", "ansi": self = .windows1252
    default: return nil
    }
  }

  /// What the first bytes of a file say; `isWhole` where they are all of it.
  ///
  /// A byte order mark decides; without one every second byte is 0 in UTF-16; else bytes that are not UTF-8 are
  /// Windows-1252, unless most sequences beyond ASCII are UTF-8: then the file is damaged UTF-8.
  static func guess(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> TextEncoding {
    told(by: bytes) ?? guess(UTF8Check.count(bytes, isWhole: isWhole))
  }

  /// The same of all bytes of a source, of which these are the first.
  package static func guess(_ source: ByteSource, start: [UInt8]) throws(DatasetError) -> TextEncoding {
    if let told = start.withUnsafeBufferPointer({ told(by: $0) }) { return told }
    return guess(try UTF8Check.count(source))
  }

  private static func guess(_ count: (sound: Int, unsound: Int)) -> TextEncoding {
    count.unsound == 0 || count.sound > 4 * count.unsound ? .utf8 : .windows1252
  }

  private static func told(by bytes: UnsafeBufferPointer<UInt8>) -> TextEncoding? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    if bytes.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    if bytes.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    let pairs = min(bytes.count, 1 << 16) / 2
    var (even, odd) = (0, 0)
    for pair in 0..<pairs {
      if bytes[2 * pair] == 0 { even += 1 }
      if bytes[2 * pair + 1] == 0 { odd += 1 }
    }
    if pairs >= 2, 10 * odd >= 6 * pairs, 10 * even <= pairs { return .utf16LittleEndian }
    if pairs >= 2, 10 * even >= 6 * pairs, 10 * odd <= pairs { return .utf16BigEndian }
    return nil
  }
}

/// Counts what of some bytes is UTF-8.
enum UTF8Check {
  /// Sequences beyond ASCII that are UTF-8, and bytes that are not; a sequence that is cut off at the end of a part counts as
  /// neither.
  static func count(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> (sound: Int, unsound: Int) {
    var (sound, unsound, at) = (0, 0, 0)
    let raw = UnsafeRawBufferPointer(bytes)
    while at < bytes.count {
      // Thirty-two bytes of ASCII at a time.
      while at + 32 <= bytes.count {
        let a = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        let b = raw.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self)
        let c = raw.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self)
        let d = raw.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self)
        if (a | b | c | d) & 0x8080_8080_8080_8080 != 0 { break }
        at += 32
      }
      while at < bytes.count, bytes[at] < 0x80 { at += 1 }
      if at == bytes.count { break }
      let length = sequenceLength(bytes, at)
      if length > 0 {
        sound += 1
        at += length
      } else if !isWhole && bytes.count - at < 4 {
        break
      } else {
        unsound += 1
        at += 1
      }
    }
    return (sound, unsound)
  }

  /// The same of all of a source. It is cut in front of ASCII, where no sequence goes on.
  static func count(_ source: ByteSource) throws(DatasetError) -> (sound: Int, unsound: Int) {
    let stream = try source.open()
    var part = [UInt8](repeating: 0, count: 1 << 18)
    var (sound, unsound, filled) = (0, 0, 0)
    while true {
      if filled == part.count { part += [UInt8](repeating: 0, count: part.count) }
      let read = try stream.read(into: &part, from: filled)
      filled += read
      let end = read == 0 ? filled : part[..<filled].lastIndex { $0 < 0x80 } ?? 0
      let counts = part.withUnsafeBufferPointer { count(UnsafeBufferPointer(rebasing: $0[..<end]), isWhole: true) }
      (sound, unsound) = (sound + counts.sound, unsound + counts.unsound)
      if read == 0 { return (sound, unsound) }
      part.replaceSubrange(0..<filled - end, with: Array(part[end..<filled]))
      filled -= end
    }
  }

  /// The length of the sequence of more than one byte that begins here; 0 if there is none (Unicode 15, table 3-7).
  private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    func isContinuation(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      at + offset < bytes.count && range.contains(bytes[at + offset])
    }
    switch bytes[at] {
    case 0xC2...0xDF: return isContinuation(1) ? 2 : 0
    case 0xE0: return isContinuation(1, 0xA0...0xBF) && isContinuation(2) ? 3 : 0
    case 0xED: return isContinuation(1, 0x80...0x9F) && isContinuation(2) ? 3 : 0
    case 0xE1...0xEF: return isContinuation(1) && isContinuation(2) ? 3 : 0
    case 0xF0: return isContinuation(1, 0x90...0xBF) && isContinuation(2) && isContinuation(3) ? 4 : 0
    case 0xF1...0xF3: return isContinuation(1) && isContinuation(2) && isContinuation(3) ? 4 : 0
    case 0xF4: return isContinuation(1, 0x80...0x8F) && isContinuation(2) && isContinuation(3) ? 4 : 0
    default: return 0
    }
  }
}
