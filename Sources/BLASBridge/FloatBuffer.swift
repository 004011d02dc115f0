/// A fixed block of floats at a 64-byte aligned address, valid for as long as the buffer lives. Use it for the parameters of a
/// network and their gradient: layers, optimizers and checkpoints take pointers into one flat buffer.
///
/// ```swift
/// let parameters = FloatBuffer(count: 6)
/// parameters.base[2] = 0.5
/// let weights = Matrix(parameters, at: 0, rows: 2, columns: 3)
/// print(weights[0, 2])  // 0.5
/// ```
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
