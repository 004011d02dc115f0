/// The one thing that is read of a camera's notes (EXIF 2.3: the orientation, tag 0x0112 of the first directory).
enum EXIF {
  /// 1 to 8; nil where it is not there.
  static func orientation(_ tiff: ArraySlice<UInt8>) -> Int? {
    let bytes = Array(tiff.prefix(1 << 16))
    guard bytes.count >= 8 else { return nil }
    let isLittle = bytes.starts(with: Array("II".utf8))
    guard isLittle || bytes.starts(with: Array("MM".utf8)) else { return nil }
    func number(_ at: Int, _ count: Int) -> Int? {
      guard at >= 0, at + count <= bytes.count else { return nil }
      let part = bytes[at..<at + count]
      return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else { return nil }
    for entry in 0..<count {
      let at = directory + 2 + 12 * entry
      guard let tag = number(at, 2) else { return nil }
      if tag == 0x0112 { return number(at + 8, 2).flatMap { 1...8 ~= $0 ? $0 : nil } }
    }
    return nil
  }
}
