internal import CGIF
import Formats

/// giflib could not write.
package struct GIFError: UserFacingError {
  package let description: String
  package var status: FailureStatus { .failedWork }

  init(_ code: Int32) {
    let reason = GifErrorString(code).map { String(cString: $0) } ?? "error \(code)"
    description = "giflib could not write the GIF: \(reason)"
  }
}

/// A GIF that grows in memory, behind giflib's functions.
package final class GIFFile {
  private final class Bytes {
    var bytes: [UInt8] = []
  }

  private let file: UnsafeMutablePointer<GifFileType>
  private let sink = Bytes()
  private let width, height: Int
  private let transparent: UInt8
  private var isOpen = true

  package init(width: Int, height: Int, colours: [UInt32]) throws(GIFError) {
    (self.width, self.height) = (width, height)
    transparent = UInt8(colours.count)
    var code: Int32 = 0
    let opened = EGifOpen(
      Unmanaged.passUnretained(sink).toOpaque(),
      { file, bytes, count in
        let sink = Unmanaged<Bytes>.fromOpaque(file!.pointee.UserData).takeUnretainedValue()
        sink.bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
        return count
      }, &code)
    guard let opened else { throw GIFError(code) }
    file = opened
    EGifSetGifVersion(file, true)

    // The size of a colour table is a power of two.
    var size = 2
    while size < colours.count + 1 { size *= 2 }
    let table = (0..<size).map { index in
      let colour = index < colours.count ? colours[index] : 0
      return GifColorType(
        Red: UInt8(colour >> 16 & 255), Green: UInt8(colour >> 8 & 255), Blue: UInt8(colour & 255))
    }
    let map = GifMakeMapObject(Int32(size), table)
    defer { GifFreeMapObject(map) }
    try check(EGifPutScreenDesc(file, Int32(width), Int32(height), 8, 0, map))
    // Netscape's extension: for ever.
    try check(EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE))
    try check(EGifPutExtensionBlock(file, 11, Array("NETSCAPE2.0".utf8)))
    try check(EGifPutExtensionBlock(file, 3, [1, 0, 0] as [UInt8]))
    try check(EGifPutExtensionTrailer(file))
  }

  deinit {
    if isOpen { EGifCloseFile(file, nil) }
  }

  /// Shows `indices` `[height, width]` for `hundredths` of a second; `before`: what is shown, empty for nothing yet.
  package func append(_ indices: [UInt8], over before: [UInt8], for hundredths: Int) throws(GIFError) {
    let isFirst = before.isEmpty
    var (rows, columns) = (0..<height, 0..<width)
    if !isFirst {
      let differing = (0..<height).filter { row in
        indices[row * width..<(row + 1) * width] != before[row * width..<(row + 1) * width]
      }
      guard let top = differing.first, let bottom = differing.last else { return }
      rows = top..<bottom + 1
      var (left, right) = (width, 0)
      for row in differing {
        func differs(_ column: Int) -> Bool { indices[row * width + column] != before[row * width + column] }
        left = min(left, (0..<left).first(where: differs) ?? left)
        right = max(right, (right..<width).last(where: differs).map { $0 + 1 } ?? right)
      }
      columns = left..<right
    }
    var control = GraphicsControlBlock(
      DisposalMode: DISPOSE_DO_NOT, UserInputFlag: false, DelayTime: Int32(min(hundredths, 65535)),
      TransparentColor: isFirst ? NO_TRANSPARENT_COLOR : Int32(transparent))
    var extensionBytes: [UInt8] = [0, 0, 0, 0]
    EGifGCBToExtension(&control, &extensionBytes)
    try check(EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, 4, extensionBytes))
    try check(
      EGifPutImageDesc(
        file, Int32(columns.lowerBound), Int32(rows.lowerBound), Int32(columns.count), Int32(rows.count), false, nil))
    for row in rows {
      var line = columns.map { column in
        let place = row * width + column
        return !isFirst && indices[place] == before[place] ? transparent : indices[place]
      }
      try check(EGifPutLine(file, &line, Int32(line.count)))
    }
  }

  /// Ends the file.
  package func close() throws(GIFError) -> [UInt8] {
    isOpen = false
    var code: Int32 = 0
    guard EGifCloseFile(file, &code) == GIF_OK else { throw GIFError(code) }
    return sink.bytes
  }

  private func check(_ result: Int32) throws(GIFError) {
    if result != GIF_OK { throw GIFError(file.pointee.Error) }
  }
}
