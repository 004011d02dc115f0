/// The headers of a BMP file.
struct BitmapHeader {
  var width: Int
  var height: Int
  var bits: Int
  /// The last row comes first.
  var isUpward: Bool
  /// Where the pixels begin.
  var offset: Int
  /// Four bytes a colour, blue first; three in the oldest form.
  var palette: Range<Int>
  var paletteStride: Int
  /// Which bits of a pixel are red, green and blue.
  var masks: [UInt32] = []
  var compression = 0
  /// Whether every colour of the palette is a shade of grey.
  var isGrey = false

  var channels: Int { isGrey ? 1 : bits == 32 ? 4 : 3 }

  /// nil where the bytes end before or make no sense.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 26 else { return nil }
    func number(_ at: Int, _ count: Int) -> Int { (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    let size = number(14, 4)
    offset = number(10, 4)
    let isOldest = size == 12
    guard isOldest || size >= 40, size <= 124, bytes.count >= 14 + size else { return nil }
    if isOldest {
      (width, height, bits, isUpward) = (number(18, 2), number(20, 2), number(24, 2), true)
    } else {
      let signed = Int(Int32(truncatingIfNeeded: number(22, 4)))
      (width, height, bits, isUpward) = (
        Int(Int32(truncatingIfNeeded: number(18, 4))), abs(signed), number(28, 2), signed > 0
      )
      compression = number(30, 4)
    }
    guard width > 0, height > 0, [1, 4, 8, 16, 24, 32].contains(bits) else { return nil }
    var start = 14 + size
    if compression == 3 {
      // The masks follow a header of 40 bytes, and are part of a longer one.
      guard bytes.count >= 66 else { return nil }
      masks = (0..<3).map { UInt32(number(54 + 4 * $0, 4)) }
      if size == 40 { start += 12 }
    } else if bits == 16 {
      masks = [0x7C00, 0x3E0, 0x1F]
    } else if bits == 32 {
      masks = [0xFF0000, 0xFF00, 0xFF]
    }
    paletteStride = isOldest ? 3 : 4
    var colours = bits <= 8 ? 1 << bits : 0
    if !isOldest, bits <= 8, case let used = number(46, 4), used > 0 { colours = min(colours, used) }
    palette = start..<start + colours * paletteStride
    guard palette.upperBound <= bytes.count, offset >= palette.upperBound || colours == 0 && offset >= start else {
      return nil
    }
    if bits <= 8 {
      let places = stride(from: palette.lowerBound, to: palette.upperBound, by: paletteStride)
      isGrey = places.allSatisfy { bytes[$0] == bytes[$0 + 1] && bytes[$0] == bytes[$0 + 2] }
    }
  }
}

extension ImageDecoder {
  static func decodeBMP(_ bytes: [UInt8]) throws(ImageProblem) -> ImagePixels {
    guard let header = BitmapHeader(bytes) else {
      throw ImageProblem("the image is cut off or damaged in its header")
    }
    guard header.compression == 0 || header.compression == 3 && header.bits >= 16 else {
      throw ImageProblem("a BMP image compressed in way \(header.compression) is not read: save it as PNG")
    }
    let (width, height) = (header.width, header.height)
    let rowSize = (width * header.bits + 31) / 32 * 4
    guard header.offset <= bytes.count, rowSize <= (bytes.count - header.offset) / height else {
      throw ImageProblem("the image is cut off")
    }
    let channels = header.isGrey ? 1 : 3
    var result: [UInt8] = []
    result.reserveCapacity(width * height * channels)
    let colours = (0..<header.palette.count / header.paletteStride).map { index in
      let at = header.palette.lowerBound + index * header.paletteStride
      return [bytes[at + 2], bytes[at + 1], bytes[at]]
    }
    for y in 0..<height {
      let row = header.offset + (header.isUpward ? height - 1 - y : y) * rowSize
      for x in 0..<width {
        switch header.bits {
        case 24:
          let at = row + 3 * x
          result += [bytes[at + 2], bytes[at + 1], bytes[at]]
        case 16, 32:
          let size = header.bits / 8
          var pixel: UInt32 = 0
          for byte in 0..<size { pixel |= UInt32(bytes[row + size * x + byte]) << UInt32(8 * byte) }
          for mask in header.masks { result.append(Self.channel(pixel, mask)) }
        default:
          let place = x * header.bits
          let index = Int(bytes[row + place / 8] >> UInt8(8 - header.bits - place % 8)) & (1 << header.bits - 1)
          guard index < colours.count else { throw ImageProblem("the image has a colour that its palette lacks") }
          result += colours[index].prefix(channels)
        }
      }
    }
    return ImagePixels(width: width, height: height, channels: channels, bytes: result)
  }

  /// The bits under a mask, as 8 bits.
  private static func channel(_ pixel: UInt32, _ mask: UInt32) -> UInt8 {
    guard mask != 0 else { return 0 }
    let highest = UInt64(mask >> UInt32(mask.trailingZeroBitCount))
    let value = UInt64((pixel & mask) >> UInt32(mask.trailingZeroBitCount))
    return UInt8((value * 255 + highest / 2) / highest)
  }
}
