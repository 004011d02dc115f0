internal import CZlib

/// Pixels as a PNG file: eight bits a channel, without transparency (ISO/IEC 15948).
package struct PNGImage {
  package let bytes: [UInt8]

  /// `pixels`: `0xRRGGBB`, `[height, width]`. `pixelsPerMetre`: what it is to be shown at.
  package init(_ pixels: [UInt32], width: Int, height: Int, pixelsPerMetre: Int) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height, "\(pixels.count) pixels, not \(width) × \(height)")
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // Eight bits, true colour, deflate, filters by row, not interlaced.
    PNGImage.append("IHDR", PNGImage.word(width) + PNGImage.word(height) + [8, 2, 0, 0, 0], to: &bytes)
    PNGImage.append("pHYs", PNGImage.word(pixelsPerMetre) + PNGImage.word(pixelsPerMetre) + [1], to: &bytes)
    PNGImage.append("IDAT", PNGImage.deflated(PNGImage.rows(pixels, width: width, height: height)), to: &bytes)
    PNGImage.append("IEND", [], to: &bytes)
    self.bytes = bytes
  }

  /// Each row after the number of its filter: what differs from the row above ("Up"), which is little in charts.
  private static func rows(_ pixels: [UInt32], width: Int, height: Int) -> [UInt8] {
    let length = 1 + 3 * width
    return [UInt8](unsafeUninitializedCapacity: length * height) { buffer, count in
      for row in 0..<height {
        let start = row * length
        buffer[start] = 2
        for column in 0..<width {
          let colour = pixels[row * width + column]
          let above = row > 0 ? pixels[(row - 1) * width + column] : 0
          let place = start + 1 + 3 * column
          buffer[place] = UInt8(truncatingIfNeeded: (colour >> 16) &- (above >> 16))
          buffer[place + 1] = UInt8(truncatingIfNeeded: (colour >> 8) &- (above >> 8))
          buffer[place + 2] = UInt8(truncatingIfNeeded: colour &- above)
        }
      }
      count = length * height
    }
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let most = Int(compressBound(uLong(bytes.count)))
    return [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      var size = uLong(most)
      let code = compress2(buffer.baseAddress, &size, bytes, uLong(bytes.count), 6)
      precondition(code == Z_OK, "zlib has no memory")
      count = Int(size)
    }
  }

  /// A chunk: length, type, data, checksum of type and data.
  private static func append(_ type: String, _ data: [UInt8], to bytes: inout [UInt8]) {
    let body = Array(type.utf8) + data
    bytes += word(data.count) + body + word(Int(crc32(0, body, uInt(body.count))))
  }

  /// Big-endian.
  private static func word(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }
}
