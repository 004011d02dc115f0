import CZlib

/// zlib's deflate, for bytes that repeat themselves.
enum Deflate {
  /// nil where it would not be shorter.
  static func compress(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
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

  /// Fills `output` exactly; throws if `bytes` do not.
  static func expand(
    _ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(DecodingFailure) {
    var size = uLong(output.count)
    let code = uncompress(
      output.baseAddress, &size, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), uLong(bytes.count))
    guard code == Z_OK, size == output.count else { throw DecodingFailure() }
  }
}
