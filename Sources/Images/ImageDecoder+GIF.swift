internal import CGIF

extension ImageDecoder {
  /// What giflib reads from.
  private struct Input {
    var bytes: UnsafeBufferPointer<UInt8>
    var at = 0
  }

  static func decodeGIF(_ bytes: [UInt8], _ header: ImageHeader) throws(ImageProblem) -> ImagePixels {
    let damaged = ImageProblem("the image is cut off or damaged")
    var result: [UInt8]?
    bytes.withUnsafeBufferPointer { buffer in
      var input = Input(bytes: buffer)
      withUnsafeMutablePointer(to: &input) { input in
        var code: Int32 = 0
        let file = DGifOpen(
          input,
          { file, room, count in
            guard let input = file?.pointee.UserData?.assumingMemoryBound(to: Input.self), let room else { return 0 }
            let taken = min(Int(max(0, count)), input.pointee.bytes.count - input.pointee.at)
            if taken > 0 { room.update(from: input.pointee.bytes.baseAddress! + input.pointee.at, count: taken) }
            input.pointee.at += taken
            return Int32(taken)
          }, &code)
        guard let file else { return }
        result = firstPicture(file, header)
        DGifCloseFile(file, &code)
      }
    }
    guard let result else { throw damaged }
    return ImagePixels(width: header.width, height: header.height, channels: 3, bytes: result)
  }

  /// nil where the file ends before, or is damaged.
  private static func firstPicture(_ file: UnsafeMutablePointer<GifFileType>, _ header: ImageHeader) -> [UInt8]? {
    var transparent = -1
    var type = UNDEFINED_RECORD_TYPE
    while true {
      guard DGifGetRecordType(file, &type) == GIF_OK else { return nil }
      if type == IMAGE_DESC_RECORD_TYPE { break }
      guard type == EXTENSION_RECORD_TYPE else { return nil }
      var (code, block): (Int32, UnsafeMutablePointer<GifByteType>?) = (0, nil)
      guard DGifGetExtension(file, &code, &block) == GIF_OK else { return nil }
      while let bytes = block {
        // A control block: its flags say whether a colour is transparent, its last byte which.
        if code == GRAPHICS_EXT_FUNC_CODE, bytes[0] >= 4 { transparent = bytes[1] & 1 != 0 ? Int(bytes[4]) : -1 }
        guard DGifGetExtensionNext(file, &block) == GIF_OK else { return nil }
      }
    }
    guard DGifGetImageDesc(file) == GIF_OK else { return nil }
    let image = file.pointee.Image
    let (left, top, width, height) = (Int(image.Left), Int(image.Top), Int(image.Width), Int(image.Height))
    guard width > 0, height > 0, left >= 0, top >= 0, left + width <= header.width, top + height <= header.height,
      let map = image.ColorMap ?? file.pointee.SColorMap, let colours = map.pointee.Colors
    else { return nil }
    var result = [UInt8](repeating: 255, count: 3 * header.width * header.height)
    var line = [GifPixelType](repeating: 0, count: width)
    let rows =
      image.Interlace
      ? [(0, 8), (4, 8), (2, 4), (1, 2)].flatMap { Array(stride(from: $0.0, to: height, by: $0.1)) }
      : Array(0..<height)
    for row in rows {
      guard DGifGetLine(file, &line, Int32(width)) == GIF_OK else { return nil }
      for column in 0..<width {
        let index = Int(line[column])
        guard index < Int(map.pointee.ColorCount), index != transparent else { continue }
        let place = 3 * ((top + row) * header.width + left + column)
        let colour = colours[index]
        (result[place], result[place + 1], result[place + 2]) = (colour.Red, colour.Green, colour.Blue)
      }
    }
    return result
  }
}
