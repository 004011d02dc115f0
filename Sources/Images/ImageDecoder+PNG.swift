internal import CPNG

extension ImageDecoder {
  static func decodePNG(_ bytes: [UInt8], _ header: ImageHeader) throws(ImageProblem) -> ImagePixels {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let isGrey = header.channels <= 2
    let isTransparent = header.channels % 2 == 0
    let samples = (isGrey ? 1 : 3) + (isTransparent ? 1 : 0)
    var result: [UInt8] = []
    let isDone = bytes.withUnsafeBytes { source in
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0,
        Int(image.width) == header.width, Int(image.height) == header.height
      else { return false }
      // PNG_FORMAT_FLAG_ALPHA is 1, PNG_FORMAT_FLAG_COLOR is 2.
      image.format = (isTransparent ? 1 : 0) | (isGrey ? 0 : 2)
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      result = [UInt8](repeating: 0, count: header.width * header.height * samples)
      return result.withUnsafeMutableBytes {
        png_image_finish_read(&image, nil, $0.baseAddress, Int32(header.width * samples), nil) != 0
      }
    }
    guard isDone else {
      let message = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw ImageProblem("the image is cut off or damaged\(message.isEmpty ? "" : " (libpng: \(message))")")
    }
    if isTransparent { result = overWhite(result, samples: samples) }
    return ImagePixels(width: header.width, height: header.height, channels: isGrey ? 1 : 3, bytes: result)
  }

  /// `bytes`: pixels of so many samples, of which the last is how opaque it is.
  private static func overWhite(_ bytes: [UInt8], samples: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / samples * (samples - 1))
    for pixel in stride(from: 0, to: bytes.count, by: samples) {
      let opacity = Int(bytes[pixel + samples - 1])
      for sample in pixel..<pixel + samples - 1 {
        result.append(UInt8((Int(bytes[sample]) * opacity + 255 * (255 - opacity) + 127) / 255))
      }
    }
    return result
  }
}
