internal import CSnappy
internal import CZlib
internal import CZstd

/// Expands pages of one codec.
final class Decompressor {
  let codec: Codec
  private var zstd: OpaquePointer?
  private var stream = z_stream()
  private var hasStream = false

  init(_ codec: Codec) { self.codec = codec }

  deinit {
    ZSTD_freeDCtx(zstd)
    if hasStream { inflateEnd(&stream) }
  }

  /// Writes `size` bytes to `output`, which has room for them; throws unless they are exactly so many.
  func expand(_ input: ByteCursor, into output: PaddedBytes, size: Int) throws(Fault) {
    guard try expanded(input, into: output, size: size) else {
      throw .damaged("a page could not be expanded (\(codec.name))")
    }
  }

  private func expanded(_ input: ByteCursor, into output: PaddedBytes, size: Int) throws(Fault) -> Bool {
    switch codec {
    case .snappy:
      let bytes = input.position.assumingMemoryBound(to: CChar.self)
      var length = 0
      guard snappy_uncompressed_length(bytes, input.count, &length) == SNAPPY_OK, length == size else { return false }
      output.reserve(size)
      let room = output.start.assumingMemoryBound(to: CChar.self)
      return snappy_uncompress(bytes, input.count, room, &length) == SNAPPY_OK && length == size
    case .zstd:
      let stated = ZSTD_getFrameContentSize(input.position, input.count)
      // The two highest numbers say that it is not known, or no frame at all.
      guard stated >= UInt64.max - 1 || stated <= UInt64(size) else { return false }
      if zstd == nil { zstd = ZSTD_createDCtx() }
      output.reserve(size)
      return ZSTD_decompressDCtx(zstd, output.start, size, input.position, input.count) == size
    case .gzip:
      // A window of 15 bits, and gzip's or zlib's frame, whichever it has.
      let code =
        hasStream
        ? inflateReset(&stream) : inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      guard code == Z_OK else { return false }
      hasStream = true
      output.reserve(size)
      stream.next_in = UnsafeMutablePointer(mutating: input.position.assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.start.assumingMemoryBound(to: UInt8.self)
      // One more, since zlib wants room even where nothing comes.
      stream.avail_out = UInt32(size + 1)
      return inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 1
    default: throw .unsupported("it is compressed with \(codec.name), which is not supported")
    }
  }
}

/// The CRC-32 of gzip.
func pageChecksum(_ bytes: UnsafeRawPointer, count: Int, after checksum: UInt32 = 0) -> UInt32 {
  UInt32(crc32_z(uLong(checksum), bytes.assumingMemoryBound(to: UInt8.self), count))
}
