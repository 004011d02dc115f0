/// The pixels of an image, upright.
package struct ImagePixels: Hashable, Sendable {
  package let width: Int
  package let height: Int
  /// 1 for grey, 3 for red, green, blue.
  package let channels: Int
  /// `[height, width, channels]`.
  package let bytes: [UInt8]

  init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(bytes.count == width * height * channels)
    (self.width, self.height, self.channels, self.bytes) = (width, height, channels, bytes)
  }

  /// As it is seen where a camera noted `orientation` (EXIF: 2 mirrored, 3 turned by 180°, 4 both, 5 to 8 turned by 90°).
  func upright(_ orientation: Int) -> ImagePixels {
    guard 2...8 ~= orientation else { return self }
    let isTurned = orientation >= 5
    let (newWidth, newHeight) = isTurned ? (height, width) : (width, height)
    var turned = [UInt8](repeating: 0, count: bytes.count)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let (column, row) =
          switch orientation {
          case 2: (width - 1 - x, y)
          case 3: (width - 1 - x, height - 1 - y)
          case 4: (x, height - 1 - y)
          case 5: (y, x)
          case 6: (y, height - 1 - x)
          case 7: (width - 1 - y, height - 1 - x)
          default: (width - 1 - y, x)
          }
        for channel in 0..<channels {
          turned[(y * newWidth + x) * channels + channel] = bytes[(row * width + column) * channels + channel]
        }
      }
    }
    return ImagePixels(width: newWidth, height: newHeight, channels: channels, bytes: turned)
  }

  /// Shades of grey, as ITU-R BT.601 weighs the colours, in the fixed point that Pillow computes in.
  package var grey: [UInt8] {
    if channels == 1 { return bytes }
    return (0..<width * height).map { pixel in
      let (red, green, blue) = (Int(bytes[3 * pixel]), Int(bytes[3 * pixel + 1]), Int(bytes[3 * pixel + 2]))
      return UInt8((19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16)
    }
  }
}
