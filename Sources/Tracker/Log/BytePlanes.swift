import Glibc

/// How one plane of bytes is written; its first byte.
private enum Plane: UInt8 {
  /// One byte, the same for all.
  case constant = 0
  case plain = 1
  /// Varint size, zlib stream.
  case deflated = 2
}

extension [UInt8] {
  /// Floats as eight planes of bytes, the lowest first. Of a value born as float32 three planes are constant.
  mutating func appendPlanes(_ values: [Double]) {
    append(Encoding.planes.rawValue)
    let count = values.count
    var plane = [UInt8](repeating: 0, count: count)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      for i in 0..<count { plane[i] = UInt8(truncatingIfNeeded: values[i].bitPattern &>> shift) }
      append(plane: plane)
    }
  }

  private mutating func append(plane: [UInt8]) {
    if plane.allSatisfy({ $0 == plane.first }) {
      append(Plane.constant.rawValue)
      append(plane.first ?? 0)
    } else if plane.isWorthDeflating, let short = plane.withUnsafeBufferPointer({ Deflate.compress($0) }) {
      append(Plane.deflated.rawValue)
      append(varint: UInt64(short.count))
      self += short
    } else {
      append(Plane.plain.rawValue)
      self += plane
    }
  }

  /// Whether the bytes are uneven enough (Shannon's entropy, single bytes) for deflate to gain by its time.
  private var isWorthDeflating: Bool {
    var counts = [Int](repeating: 0, count: 256)
    for byte in self { counts[Int(byte)] += 1 }
    var bits = 0.0
    for count in counts where count > 0 { bits -= Double(count) * log2(Double(count) / Double(self.count)) }
    return bits < 7 * Double(count)
  }
}

extension ByteReader {
  mutating func planes(_ count: Int, into column: inout [Double]) throws(DecodingFailure) {
    var words = [UInt64](repeating: 0, count: count)
    var plane: [UInt8] = []
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      switch Plane(rawValue: try byte()) {
      case .constant:
        let word = UInt64(try byte()) &<< shift
        if word != 0 { for i in 0..<count { words[i] |= word } }
      case .plain:
        withBytes(try take(count)) { bytes in
          for i in 0..<count { words[i] |= UInt64(bytes[i]) &<< shift }
        }
      case .deflated:
        let range = try take(try self.count())
        if plane.count < count { plane = [UInt8](repeating: 0, count: count) }
        try expand(range, into: &plane)
        for i in 0..<count { words[i] |= UInt64(plane[i]) &<< shift }
      case nil: throw DecodingFailure()
      }
    }
    column.reserveCapacity(count)
    for word in words { column.append(Double(bitPattern: word)) }
  }

  private func expand(_ range: Range<Int>, into plane: inout [UInt8]) throws(DecodingFailure) {
    var isWhole = false
    withBytes(range) { bytes in
      plane.withUnsafeMutableBufferPointer { isWhole = (try? Deflate.expand(bytes, into: $0)) != nil }
    }
    if !isWhole { throw DecodingFailure() }
  }
}
