internal import CSnappy
internal import CZlib
internal import CZstd

/// Compresses pages with one codec.
final class Compressor {
  private let compression: ParquetOptions.Compression
  private var zstd: OpaquePointer?
  private var stream = z_stream()
  private var hasStream = false

  init(_ compression: ParquetOptions.Compression) { self.compression = compression }

  deinit {
    ZSTD_freeCCtx(zstd)
    if hasStream { deflateEnd(&stream) }
  }

  /// Writes the compressed bytes to `output` behind the first `offset` bytes, which it keeps. Returns how many.
  func compress(_ bytes: UnsafeRawPointer, count: Int, into output: PaddedBytes, at offset: Int) -> Int {
    switch compression {
    case .none:
      output.reserve(offset + count, keeping: offset)
      (output.start + offset).copyMemory(from: bytes, byteCount: count)
      return count
    case .snappy:
      var size = snappy_max_compressed_length(count)
      output.reserve(offset + size, keeping: offset)
      let code = snappy_compress(
        bytes.assumingMemoryBound(to: CChar.self), count,
        (output.start + offset).assumingMemoryBound(to: CChar.self), &size)
      precondition(code == SNAPPY_OK, "Snappy has room for all it can write")
      return size
    case .zstd(let level):
      let room = ZSTD_compressBound(count)
      output.reserve(offset + room, keeping: offset)
      if zstd == nil { zstd = ZSTD_createCCtx() }
      let size = ZSTD_compressCCtx(zstd, output.start + offset, room, bytes, count, Int32(clamping: level))
      precondition(ZSTD_isError(size) == 0, "Zstandard has room for all it can write")
      return size
    case .gzip(let level):
      if hasStream {
        deflateReset(&stream)
      } else {
        // A window of 15 bits and gzip's frame.
        let code = deflateInit2_(
          &stream, Int32(min(9, max(1, level))), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
          Int32(MemoryLayout<z_stream>.size))
        precondition(code == Z_OK, "zlib could not begin: error \(code)")
        hasStream = true
      }
      let room = Int(deflateBound(&stream, uLong(count)))
      output.reserve(offset + room, keeping: offset)
      stream.next_in = UnsafeMutablePointer(mutating: bytes.assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(count)
      stream.next_out = (output.start + offset).assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(room)
      let code = deflate(&stream, Z_FINISH)
      precondition(code == Z_STREAM_END, "zlib has room for all it can write")
      return room - Int(stream.avail_out)
    }
  }
}
