internal import CZlib
internal import CZstd

/// How a stream of bytes is compressed.
package enum Compression: String, Sendable {
  case gzip
  case zstandard = "Zstandard"
  /// Without a frame, as in ZIP archives: the first bytes do not show it.
  case deflate

  /// By the first four bytes; nil where they are not compressed.
  package init?(start: some Collection<UInt8>) {
    if start.starts(with: [0x1F, 0x8B, 0x08]) {
      self = .gzip
    } else if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstandard
    } else {
      return nil
    }
  }
}

/// Why compressed bytes cannot be expanded.
package enum ExpansionError: Error, Hashable {
  case truncated(Compression)
  case damaged(Compression)

  /// `the gzip data are cut off`.
  package var problem: String {
    switch self {
    case .truncated(let compression): "the \(compression.rawValue) data are cut off"
    case .damaged(let compression): "the \(compression.rawValue) data are damaged"
    }
  }
}

/// Expands a stream of compressed bytes, a part at a time, in memory of a fixed size.
package final class Expander {
  package let compression: Compression
  private let inflation: UnsafeMutablePointer<z_stream>?
  private let zstandard: OpaquePointer?
  private var input = [UInt8](repeating: 0, count: 1 << 16)
  private var inputStart = 0
  private var inputEnd = 0
  /// A member of gzip or a frame of Zstandard has ended, and no other has begun.
  private var isBetweenParts = true

  package init(_ compression: Compression) {
    self.compression = compression
    if compression == .zstandard {
      inflation = nil
      zstandard = ZSTD_createDCtx()
    } else {
      zstandard = nil
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      // A window of 15 bits, with gzip's frame or none.
      let window: Int32 = compression == .gzip ? 15 + 16 : -15
      let code = inflateInit2_(stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      precondition(code == Z_OK, "zlib has no memory")
      inflation = stream
    }
  }

  deinit {
    ZSTD_freeDCtx(zstandard)
    if let inflation {
      inflateEnd(inflation)
      inflation.deallocate()
    }
  }

  /// Writes the next expanded bytes to `room`; returns how many, 0 at the end. `source` gives compressed bytes, 0 at their
  /// end.
  package func read<Failure: Error>(
    into room: UnsafeMutableRawBufferPointer,
    from source: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int,
    failing: (ExpansionError) -> Failure
  ) throws(Failure) -> Int {
    if room.isEmpty { return 0 }
    while true {
      if compression == .deflate, isBetweenParts, hasBegun { return 0 }
      if inputStart == inputEnd {
        inputStart = 0
        inputEnd = try refill(from: source)
        if inputEnd == 0 {
          // What zlib and Zstandard still hold needs no further input.
          let count = try step(into: room, failing)
          if count > 0 { return count }
          guard isBetweenParts, hasBegun else { throw failing(.truncated(compression)) }
          return 0
        }
      }
      let count = try step(into: room, failing)
      if count > 0 { return count }
    }
  }

  private var hasBegun = false

  private func refill<Failure: Error>(
    from source: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> Int {
    var (count, failure): (Int, Failure?) = (0, nil)
    input.withUnsafeMutableBytes { bytes in
      do throws(Failure) { count = try source(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    return count
  }

  /// Expands what there is of the input; 0 where more is needed.
  private func step<Failure: Error>(
    into room: UnsafeMutableRawBufferPointer, _ failing: (ExpansionError) -> Failure
  ) throws(Failure) -> Int {
    let result = input.withUnsafeMutableBytes { bytes in
      let input = UnsafeMutableRawBufferPointer(rebasing: bytes[inputStart..<inputEnd])
      return inflation.map { inflate($0, input, room) } ?? expandZstandard(input, room)
    }
    guard let result else { throw failing(.damaged(compression)) }
    inputStart += result.consumed
    return result.produced
  }

  private typealias Step = (consumed: Int, produced: Int)

  private func expandZstandard(_ input: UnsafeMutableRawBufferPointer, _ room: UnsafeMutableRawBufferPointer) -> Step? {
    if input.isEmpty, isBetweenParts { return (0, 0) }
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
    let rest = ZSTD_decompressStream(zstandard, &target, &source)
    guard ZSTD_isError(rest) == 0 else { return nil }
    hasBegun = true
    isBetweenParts = rest == 0
    return (source.pos, target.pos)
  }

  private func inflate(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: UnsafeMutableRawBufferPointer,
    _ room: UnsafeMutableRawBufferPointer
  ) -> Step? {
    var skipped = 0
    if isBetweenParts, hasBegun {
      // Zeros fill the blocks of tapes; another member follows without a gap.
      while skipped < input.count, input[skipped] == 0 { skipped += 1 }
      if skipped == input.count { return (skipped, 0) }
      guard input[skipped] == 0x1F, inflateReset(stream) == Z_OK else { return nil }
    }
    if input.isEmpty, isBetweenParts { return (0, 0) }
    let available = input.count - skipped
    stream.pointee.next_in = input.baseAddress.map { ($0 + skipped).assumingMemoryBound(to: UInt8.self) }
    stream.pointee.avail_in = UInt32(available)
    stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let capacity = min(room.count, 1 << 30)
    stream.pointee.avail_out = UInt32(capacity)
    let code = CZlib.inflate(stream, Z_NO_FLUSH)
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return nil }
    hasBegun = true
    isBetweenParts = code == Z_STREAM_END
    return (skipped + available - Int(stream.pointee.avail_in), capacity - Int(stream.pointee.avail_out))
  }
}
