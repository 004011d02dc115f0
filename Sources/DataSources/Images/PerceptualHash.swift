import Glibc
import Images

/// 64 bits that similar pictures share most of: which of the 64 lowest frequencies of the picture, in 32 × 32 shades of
/// grey, are above their median. The same as `phash` of Python's imagehash.
struct PerceptualHash: CustomStringConvertible {
  let bits: UInt64

  private static let size = 32

  init(_ pixels: ImagePixels) {
    let size = Self.size
    let small = Resampling(from: pixels.width, to: size).apply(
      pixels.grey, length: pixels.width, lines: pixels.height)
    let square = Resampling(from: pixels.height, to: size).apply(
      Self.transposed(small, rows: pixels.height, columns: size), length: pixels.height, lines: size)
    // Transposed: `square[x * size + y]`.
    var low = [Double](repeating: 0, count: 64)
    for v in 0..<8 {
      for u in 0..<8 {
        var sum = 0.0
        for x in 0..<size {
          for y in 0..<size {
            sum += Double(square[x * size + y]) * Self.cosines[u * size + x] * Self.cosines[v * size + y]
          }
        }
        // Of a picture of one colour all but the first are zero, which rounding must not hide.
        low[8 * v + u] = abs(sum) < 1e-6 ? 0 : sum
      }
    }
    let sorted = low.sorted()
    let median = (sorted[31] + sorted[32]) / 2
    bits = low.reduce(0) { $0 << 1 | ($1 > median ? 1 : 0) }
  }

  private static let cosines: [Double] = (0..<8).flatMap { frequency in
    (0..<size).map { cos(Double.pi * Double(frequency) * (2 * Double($0) + 1) / Double(2 * size)) }
  }

  private static func transposed(_ values: [UInt8], rows: Int, columns: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: values.count)
    for row in 0..<rows { for column in 0..<columns { result[column * rows + row] = values[row * columns + column] } }
    return result
  }

  /// 16 hexadecimal digits.
  var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Changes the length of lines of pixels with Lanczos's window of three lobes, in the fixed point that Pillow computes in.
struct Resampling {
  private let newLength: Int
  private let starts: [Int]
  private let weights: [[Int]]
  private static let precision = 22

  init(from length: Int, to newLength: Int) {
    self.newLength = newLength
    let scale = Double(length) / Double(newLength)
    let filterScale = max(scale, 1)
    let support = 3 * filterScale
    var (starts, weights): ([Int], [[Int]]) = ([], [])
    for place in 0..<newLength {
      let center = (Double(place) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let last = min(length, Int(center + support + 0.5))
      let raw = (first..<last).map { Self.lanczos((Double($0) - center + 0.5) * (1 / filterScale)) }
      let sum = raw.reduce(0, +)
      starts.append(first)
      weights.append(
        raw.map { weight in
          let scaled = (sum == 0 ? weight : weight * (1 / sum)) * Double(1 << Self.precision)
          return Int(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
        })
    }
    (self.starts, self.weights) = (starts, weights)
  }

  private static func lanczos(_ x: Double) -> Double {
    guard x >= -3, x < 3 else { return 0 }
    func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(Double.pi * x) / (Double.pi * x) }
    return sinc(x) * sinc(x / 3)
  }

  /// `lines` lines of `length` pixels.
  func apply(_ pixels: [UInt8], length: Int, lines: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: lines * newLength)
    pixels.withUnsafeBufferPointer { pixels in
      for line in 0..<lines {
        for place in 0..<newLength {
          var sum = 1 << (Self.precision - 1)
          let start = line * length + starts[place]
          for (index, weight) in weights[place].enumerated() { sum += Int(pixels[start + index]) * weight }
          result[line * newLength + place] = UInt8(max(0, min(255, sum >> Self.precision)))
        }
      }
    }
    return result
  }
}
