import Formats
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
      values.withUnsafeBufferPointer { values in
        plane.withUnsafeMutableBufferPointer { plane in
          for i in 0..<count { plane[i] = UInt8(truncatingIfNeeded: values[i].bitPattern &>> shift) }
        }
      }
      append(plane: plane)
    }
  }

  private mutating func append(plane: [UInt8]) {
    let isConstant = plane.withUnsafeBufferPointer { plane in plane.allSatisfy { $0 == plane[0] } }
    if isConstant {
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
    counts.withUnsafeMutableBufferPointer { counts in
      withUnsafeBufferPointer { for byte in $0 { counts[Int(byte)] += 1 } }
    }
    var bits = 0.0
    for count in counts where count > 0 { bits -= Double(count) * log2(Double(count) / Double(self.count)) }
    return bits < 7 * Double(count)
  }
}

extension ByteReader {
  mutating func planes(_ count: Int, into column: inout [Double]) throws(DecodingFailure) {
    column.append(contentsOf: repeatElement(0, count: count))
    var plane: [UInt8] = []
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      switch Plane(rawValue: try byte()) {
      case .constant:
        let word = UInt64(try byte()) &<< shift
        if word == 0 { continue }
        column.withUnsafeMutableBufferPointer { column in
          for i in 0..<count { column[i] = Double(bitPattern: column[i].bitPattern | word) }
        }
      case .plain: withBytes(try take(count)) { column.add(plane: $0, shift) }
      case .deflated:
        let range = try take(try self.count())
        if plane.count < count { plane = [UInt8](repeating: 0, count: count) }
        try expand(range, into: &plane)
        plane.withUnsafeBytes { column.add(plane: $0, shift) }
      case nil: throw DecodingFailure()
      }
    }
  }

  private func expand(_ range: Range<Int>, into plane: inout [UInt8]) throws(DecodingFailure) {
    var isWhole = false
    withBytes(range) { bytes in
      plane.withUnsafeMutableBufferPointer { isWhole = Deflate.expand(bytes, into: $0) }
    }
    if !isWhole { throw DecodingFailure() }
  }
}

extension [Double] {
  fileprivate mutating func add(plane: UnsafeRawBufferPointer, _ shift: UInt64) {
    withUnsafeMutableBufferPointer { values in
      for i in values.indices {
        values[i] = Double(bitPattern: values[i].bitPattern | UInt64(plane[i]) &<< shift)
      }
    }
  }
}
