import CZlib

/// zlib's deflate, for bytes that repeat themselves.
enum Deflate {
  /// nil where it would not be shorter.
  static func compress(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard bytes.count > 16 else { return nil }
    var isShorter = false
    let result = [UInt8](unsafeUninitializedCapacity: bytes.count - 1) { buffer, count in
      var size = uLong(buffer.count)
      isShorter = compress2(buffer.baseAddress, &size, bytes.baseAddress, uLong(bytes.count), 4) == Z_OK
      count = isShorter ? Int(size) : 0
    }
    return isShorter ? result : nil
  }

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
