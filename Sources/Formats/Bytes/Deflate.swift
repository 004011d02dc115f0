internal import CZlib

/// zlib's deflate, for bytes that repeat themselves.
package enum Deflate {
  /// nil where it would not be shorter.
  package static func compress(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard bytes.count > 16 else { return nil }
    var stream = z_stream()
    // The smallest window that sees all bytes, and tables in proportion: to clear those of zlib's own, of 32 KiB, takes
    // longer than to compress a few hundred bytes.
    let window = Int32(min(15, max(9, Int.bitWidth - (bytes.count + lookahead).leadingZeroBitCount)))
    let code = deflateInit2_(
      &stream, 4, Z_DEFLATED, window, window - 6, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var isShorter = false
    let result = [UInt8](unsafeUninitializedCapacity: bytes.count - 1) { buffer, count in
      stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
      stream.avail_in = UInt32(bytes.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(buffer.count)
      isShorter = deflate(&stream, Z_FINISH) == Z_STREAM_END
      count = isShorter ? buffer.count - Int(stream.avail_out) : 0
    }
    return isShorter ? result : nil
  }

  /// By how much zlib's window has to be longer than the farthest match (its MIN_LOOKAHEAD).
  private static let lookahead = 262

  /// The bytes of a raw stream, without zlib's frame; nil unless they are `size` many and the stream ends with them.
  package static func inflateRaw(_ bytes: UnsafeRawBufferPointer, size: Int) -> [UInt8]? {
    guard let input = UInt32(exactly: bytes.count), let room = UInt32(exactly: size) else { return nil }
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var isWhole = false
    // One more, since zlib wants room even where nothing comes.
    let result = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.avail_in = input
      stream.next_out = buffer.baseAddress
      stream.avail_out = room
      isWhole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0
      count = isWhole ? size : 0
    }
    return isWhole ? result : nil
  }

  /// The checksum of zip and gzip.
  package static func crc32(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { crc32($0) } }

  /// The same of bytes that follow others, whose checksum is `checksum`.
  package static func crc32(_ bytes: UnsafeRawBufferPointer, after checksum: UInt32 = 0) -> UInt32 {
    // To zlib no bytes at all are the request to begin.
    guard let start = bytes.baseAddress else { return checksum }
    return UInt32(CZlib.crc32_z(uLong(checksum), start.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  /// Fills `output` exactly; false if `bytes` do not.
  package static func expand(
    _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    var size = uLong(output.count)
    let code = uncompress(
      output.baseAddress, &size, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), uLong(bytes.count))
    return code == Z_OK && size == output.count
  }
}
