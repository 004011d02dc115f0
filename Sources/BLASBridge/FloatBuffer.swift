/// Floats at a fixed, 64-byte aligned address for as long as the buffer lives.
public final class FloatBuffer {
  public let base: UnsafeMutablePointer<Float>
  public let count: Int

  /// `count` zeros.
  public init(count: Int) {
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(64, count * 4), alignment: 64)
    base = bytes.bindMemory(to: Float.self, capacity: max(16, count))
    base.initialize(repeating: 0, count: count)
    self.count = count
  }

  deinit { base.deallocate() }

  public var elements: [Float] {
    get { Array(UnsafeBufferPointer(start: base, count: count)) }
    set {
      require(newValue.count == count, "a buffer of \(count) floats cannot take \(newValue.count)")
      newValue.withUnsafeBufferPointer { base.update(from: $0.baseAddress!, count: count) }
    }
  }
}
