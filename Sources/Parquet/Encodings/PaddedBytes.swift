/// Bytes in memory with room behind them, so that decoders may load a whole word at the last of them.
final class PaddedBytes {
  private(set) var start: UnsafeMutableRawPointer
  private(set) var capacity: Int
  /// What may be read and written beyond the capacity.
  static let padding = 64

  init() {
    capacity = 0
    start = .allocate(byteCount: Self.padding, alignment: 16)
    start.initializeMemory(as: UInt8.self, repeating: 0, count: Self.padding)
  }

  deinit { start.deallocate() }

  /// Makes room for `count` bytes and keeps the first `kept` of the old ones; pointers to these become invalid.
  func reserve(_ count: Int, keeping kept: Int = 0) {
    if count <= capacity { return }
    let larger = max(count, capacity + capacity / 2)
    let new = UnsafeMutableRawPointer.allocate(byteCount: larger + Self.padding, alignment: 16)
    new.copyMemory(from: start, byteCount: kept)
    start.deallocate()
    (start, capacity) = (new, larger)
  }

  func words<Word>(_ type: Word.Type, count: Int) -> UnsafeMutablePointer<Word> {
    reserve(count * MemoryLayout<Word>.stride)
    return start.assumingMemoryBound(to: Word.self)
  }
}
