/// What the beginning of an image says of it, without its pixels.
package struct ImageHeader: Hashable {
  package var format: ImageFormat
  /// As it is stored, before its orientation is applied.
  package var width: Int
  package var height: Int
  /// 1 for grey, 2 with transparency, 3 for colours, 4 with transparency or for printing.
  package var channels: Int
  /// Of EXIF: 1 is upright, 6 is to be turned right by 90°.
  package var orientation = 1

  /// nil where the bytes end before or make no sense.
  package init?(_ bytes: [UInt8]) {
    guard let format = ImageFormat(bytes) else { return nil }
    var found: ImageHeader?
    switch format {
    case .png: found = Self.png(bytes)
    case .jpeg: found = Self.jpeg(bytes)
    case .gif: found = Self.gif(bytes)
    case .bmp: found = BitmapHeader(bytes).map { ImageHeader(.bmp, $0.width, $0.height, channels: $0.channels) }
    }
    guard let found, found.width > 0, found.height > 0 else { return nil }
    self = found
  }

  private init(_ format: ImageFormat, _ width: Int, _ height: Int, channels: Int) {
    (self.format, self.width, self.height, self.channels) = (format, width, height, channels)
  }

  /// ISO/IEC 15948: the first chunk, and of the chunks before the pixels those of transparency and EXIF.
  private static func png(_ bytes: [UInt8]) -> ImageHeader? {
    guard bytes.count >= 33, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
    let kinds: [UInt8: Int] = [0: 1, 2: 3, 3: 3, 4: 2, 6: 4]
    guard let channels = kinds[bytes[25]] else { return nil }
    var header = ImageHeader(.png, bytes.bigEndian(16, 4), bytes.bigEndian(20, 4), channels: channels)
    var at = 8
    while at + 8 <= bytes.count {
      let (size, type) = (bytes.bigEndian(at, 4), bytes[at + 4..<at + 8])
      guard size <= bytes.count - at - 8 else { break }
      if type.elementsEqual("tRNS".utf8), channels % 2 == 1 { header.channels = channels + 1 }
      if type.elementsEqual("eXIf".utf8) {
        header.orientation = EXIF.orientation(bytes[(at + 8)..<(at + 8 + size)]) ?? 1
      }
      if type.elementsEqual("IEND".utf8) { break }
      at += 12 + size
    }
    return header
  }

  /// ITU-T T.81: markers with a length each, up to the one that begins a frame.
  private static func jpeg(_ bytes: [UInt8]) -> ImageHeader? {
    var (at, orientation) = (2, 1)
    while at + 4 <= bytes.count {
      guard bytes[at] == 0xFF else { return nil }
      let marker = bytes[at + 1]
      if marker == 0xFF {
        at += 1
        continue
      }
      if marker == 0x01 || 0xD0...0xD8 ~= marker {
        at += 2
        continue
      }
      let size = bytes.bigEndian(at + 2, 2)
      guard size >= 2, size <= bytes.count - at - 2 else { return nil }
      if 0xC0...0xCF ~= marker, ![0xC4, 0xC8, 0xCC].contains(marker) {
        guard size >= 8 else { return nil }
        var header = ImageHeader(
          .jpeg, bytes.bigEndian(at + 7, 2), bytes.bigEndian(at + 5, 2), channels: Int(bytes[at + 9]))
        header.orientation = orientation
        return header
      }
      let content = bytes[(at + 4)..<(at + 2 + size)]
      if marker == 0xE1, content.starts(with: Array("Exif\0\0".utf8)) {
        orientation = EXIF.orientation(content.dropFirst(6)) ?? orientation
      }
      if marker == 0xD9 || marker == 0xDA { return nil }
      at += 2 + size
    }
    return nil
  }

  private static func gif(_ bytes: [UInt8]) -> ImageHeader? {
    guard bytes.count >= 13 else { return nil }
    return ImageHeader(.gif, Int(bytes[6]) | Int(bytes[7]) << 8, Int(bytes[8]) | Int(bytes[9]) << 8, channels: 3)
  }
}

extension [UInt8] {
  /// A number of `count` bytes at a place, the highest first.
  func bigEndian(_ at: Int, _ count: Int) -> Int { self[at..<at + count].reduce(0) { $0 << 8 | Int($1) } }
}
