internal import CTurboJPEG

extension ImageDecoder {
  static func decodeJPEG(_ bytes: [UInt8], _ header: ImageHeader) throws(ImageProblem) -> ImagePixels {
    guard let decoder = tjInitDecompress() else { throw ImageProblem("there is no memory for the image") }
    defer { tjDestroy(decoder) }
    func failure() -> ImageProblem {
      ImageProblem("the image is cut off or damaged (libjpeg: \(String(cString: tjGetErrorStr2(decoder))))")
    }
    var (width, height, sampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    guard tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &sampling, &colours) == 0 else {
      throw failure()
    }
    guard Int(width) == header.width, Int(height) == header.height else {
      throw ImageProblem("the image contradicts itself about its size")
    }
    let isForPrinting = colours == TJCS_CMYK.rawValue || colours == TJCS_YCCK.rawValue
    let isGrey = colours == TJCS_GRAY.rawValue
    let form = isForPrinting ? TJPF_CMYK : isGrey ? TJPF_GRAY : TJPF_RGB
    let samples = isForPrinting ? 4 : isGrey ? 1 : 3
    var result = [UInt8](repeating: 0, count: header.width * header.height * samples)
    // The exact transform, as Pillow has it, and no more scans than a picture needs.
    let flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
    let code = tjDecompress2(
      decoder, bytes, UInt(bytes.count), &result, width, 0, height, Int32(form.rawValue), Int32(flags))
    if code != 0 {
      // Of warnings only these few leave every pixel sound.
      let message = String(cString: tjGetErrorStr2(decoder))
      let isHarmless = message.contains("extraneous bytes") || message.contains("thumbnail")
      guard tjGetErrorCode(decoder) == TJERR_WARNING.rawValue, isHarmless else { throw failure() }
    }
    if isForPrinting { result = Self.colours(ofInks: result) }
    return ImagePixels(width: header.width, height: header.height, channels: isGrey ? 1 : 3, bytes: result)
  }

  /// Cyan, magenta, yellow and black, inverted as Adobe writes them, to red, green and blue.
  private static func colours(ofInks inks: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(inks.count / 4 * 3)
    for pixel in stride(from: 0, to: inks.count, by: 4) {
      let light = Int(inks[pixel + 3])
      for channel in 0..<3 { result.append(UInt8((Int(inks[pixel + channel]) * light + 127) / 255)) }
    }
    return result
  }
}
