import CKernels
import Foundation

func words(key: UInt64, stream: UInt64, block: UInt64, _ count: Int) -> [UInt32] {
  var result = [UInt32](repeating: 0, count: count)
  rl_philox(key, stream, block, &result, count)
  return result
}

/// Philox4x32-10 against the known answers of its authors, and the fills against the words and against probability.
func randomFailures() -> [String] {
  var failures: [String] = []
  func expect(_ right: Bool, _ what: String) { if !right { failures.append(what) } }
  expect(
    words(key: 0, stream: 0, block: 0, 4) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8], "words of zero")
  expect(
    words(key: .max, stream: .max, block: .max, 4) == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
    "words of ones")
  expect(
    words(key: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e, block: 0x85a3_08d3_243f_6a88, 4)
      == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1], "words of π")

  // Any stretch equals the same stretch of a longer one, whatever its length.
  let n = 100_003
  let long = words(key: 5, stream: 6, block: 0xffff_fff0, n)
  expect(
    long.indices.allSatisfy {
      $0 % 997 != 0 || words(key: 5, stream: 6, block: 0xffff_fff0 + UInt64($0 / 4), 4)[$0 % 4] == long[$0]
    }, "words one by one")
  var (uniform, normal) = ([Float](repeating: 0, count: n), [Float](repeating: 0, count: n))
  rl_uniform(5, 6, 0xffff_fff0, &uniform, n)
  expect(uniform == long.map { Float($0 >> 8) * 0x1p-24 }, "uniform numbers are the words' upper bits")
  rl_normal(5, 6, 0xffff_fff0, &normal, n)
  for count in [1, 2, 3, 17, 1023, 1025] {
    var part = [Float](repeating: 0, count: count)
    rl_normal(5, 6, 0xffff_fff0 + 256, &part, count)
    expect(part == Array(normal[1024..<1024 + count]), "\(count) normal numbers differ from the same among many")
  }
  for i in stride(from: 0, to: n - 1, by: 2) {
    let u = 1 - Double(long[i] >> 8) * 0x1p-24
    let (radius, angle) = ((-2 * log(u)).squareRoot(), Double(Int32(bitPattern: long[i + 1])) * .pi * 0x1p-31)
    guard close(normal[i], radius * cos(angle), 3e-6), close(normal[i + 1], radius * sin(angle), 3e-6) else {
      expect(false, "normal numbers \(i) and \(i + 1)")
      break
    }
  }
  // Kolmogorov & Smirnov against the normal distribution: the bound is passed by chance once in 10,000 times.
  let sorted = normal.sorted()
  let distance = sorted.enumerated().map { i, x in
    abs(erfc(-Double(x) / 2.0.squareRoot()) / 2 - (Double(i) + 0.5) / Double(n))
  }.max()!
  expect(distance < 2.23 / Double(n).squareRoot(), "normal numbers are \(distance) away from the distribution")
  return failures
}
