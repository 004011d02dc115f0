/// An array of numbers in NumPy's format `.npy` (numpy.lib.format, versions 1 to 3), in row order.
struct NumPyArray {
  let shape: [Int]
  /// Integers beyond 2^53 are rounded.
  let values: [Double]

  init(_ bytes: [UInt8]) throws(UnreadableBytes) {
    guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)), (1...3).contains(bytes[6]) else {
      throw UnreadableBytes(reason: "it is not a NumPy array")
    }
    let isLong = bytes[6] > 1
    let start = isLong ? 12 : 10
    guard bytes.count >= start else { throw UnreadableBytes(reason: "it is cut short") }
    let length = isLong ? Int(bytes.word(at: 8, as: UInt32.self)) : Int(bytes.word(at: 8, as: UInt16.self))
    guard start + length <= bytes.count, length <= 1 << 16 else {
      throw UnreadableBytes(reason: "its header is damaged")
    }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let kind = header.firstMatch(of: /'descr': *'([<>|=]?)([a-zA-Z])([0-9]*)'/),
      let order = header.firstMatch(of: /'fortran_order': *(True|False)/),
      let listed = header.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)
    else { throw UnreadableBytes(reason: "it holds no plain numbers") }
    let shape = listed.1.split(whereSeparator: { ", ".contains($0) }).compactMap { Int($0) }
    let size = Int(kind.3) ?? 0
    var count = 1
    for extent in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows else { throw UnreadableBytes(reason: "its shape is no array's") }
      count = product
    }
    guard let element = Self.element(kind: kind.2, size: size) else {
      throw UnreadableBytes(reason: "its elements are of the type \(kind.2)\(kind.3), which is not read")
    }
    let content = bytes[(start + length)...]
    let (needed, overflows) = count.multipliedReportingOverflow(by: size)
    guard !overflows, content.count == needed else {
      throw UnreadableBytes(reason: "it has \(content.count) bytes of elements, which its shape does not fit")
    }
    let isBigEndian = kind.1 == ">"
    let read = (0..<count).map { index in
      let place = content.startIndex + index * size
      var word: UInt64 = 0
      for byte in 0..<size {
        word |= UInt64(content[place + (isBigEndian ? size - 1 - byte : byte)]) << UInt64(8 * byte)
      }
      return element(word)
    }
    self.shape = shape
    values = order.1 == "True" ? Self.inRowOrder(read, shape) : read
  }

  private static func element(kind: Substring, size: Int) -> ((UInt64) -> Double)? {
    switch (kind, size) {
    case ("f", 8): { Double(bitPattern: $0) }
    case ("f", 4): { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) }
    case ("i", 8): { Double(Int64(bitPattern: $0)) }
    case ("i", 4): { Double(Int32(truncatingIfNeeded: $0)) }
    case ("i", 2): { Double(Int16(truncatingIfNeeded: $0)) }
    case ("i", 1): { Double(Int8(truncatingIfNeeded: $0)) }
    case ("u", 1), ("u", 2), ("u", 4), ("u", 8): { Double($0) }
    case ("b", 1): { $0 == 0 ? 0 : 1 }
    default: nil
    }
  }

  /// From the order in which the first index runs fastest.
  private static func inRowOrder(_ values: [Double], _ shape: [Int]) -> [Double] {
    guard shape.count > 1, !values.isEmpty else { return values }
    return values.indices.map { index in
      var (rest, place, stride) = (index, 0, values.count)
      // The index's last coordinate comes first out of the row order.
      for extent in shape.reversed() {
        stride /= extent
        place += rest % extent * stride
        rest /= extent
      }
      return values[place]
    }
  }
}
