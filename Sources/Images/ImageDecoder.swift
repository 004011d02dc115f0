/// Pixels of images: PNG, JPEG, GIF (the first picture) and BMP.
package enum ImageDecoder {
  /// An image with more pixels is refused before any memory is taken for them.
  package static let mostPixels = 1 << 26

  /// Upright, 8 bits a channel, grey where the file has shades of grey only, else red, green, blue; what is transparent is
  /// laid over white.
  ///
  /// Throws for what is no such image, is cut off or damaged, or has more than `limit` pixels.
  package static func pixels(
    of bytes: [UInt8], limit: Int = ImageDecoder.mostPixels
  ) throws(ImageProblem) -> ImagePixels {
    guard let format = ImageFormat(bytes) else {
      throw ImageProblem(ImageFormat.unread(bytes).map { "\($0) images are not read" } ?? "it is no image")
    }
    guard let header = ImageHeader(bytes) else {
      throw ImageProblem("the image is cut off or damaged in its header")
    }
    guard header.height <= limit / header.width else {
      throw ImageProblem("the image has \(header.width) × \(header.height) pixels, more than the limit of \(limit)")
    }
    let pixels =
      switch format {
      case .png: try decodePNG(bytes, header)
      case .jpeg: try decodeJPEG(bytes, header)
      case .gif: try decodeGIF(bytes, header)
      case .bmp: try decodeBMP(bytes)
      }
    return pixels.upright(header.orientation)
  }
}
