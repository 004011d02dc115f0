/// A format of images, by its first bytes.
package enum ImageFormat: String, CaseIterable {
  case png, jpeg, gif, bmp

  package init?(_ bytes: some Collection<UInt8>) {
    func begins(_ start: [UInt8]) -> Bool { bytes.starts(with: start) }
    if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if begins([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if begins(Array("GIF87a".utf8)) || begins(Array("GIF89a".utf8)) {
      self = .gif
    } else if begins(Array("BM".utf8)), Self.isBitmap(Array(bytes.prefix(18))) {
      self = .bmp
    } else {
      return nil
    }
  }

  /// Two letters may begin a text too, but not the size of a header after them.
  private static func isBitmap(_ start: [UInt8]) -> Bool {
    start.count == 18 && [12, 40, 52, 56, 64, 108, 124].contains(start[14]) && start[15...].allSatisfy { $0 == 0 }
  }

  /// What others are called that people have among their images; nil for what is no image at all.
  static func unread(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) { return "WebP" }
    if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) { return "TIFF" }
    if bytes.dropFirst(4).starts(with: Array("ftypavif".utf8)) { return "AVIF" }
    if bytes.dropFirst(4).starts(with: Array("ftyp".utf8)) { return "HEIF" }
    return nil
  }
}
