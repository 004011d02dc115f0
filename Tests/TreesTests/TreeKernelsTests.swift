import CKernels
import Foundation
import Randomness
import Testing

@testable import Trees

/// The kernels against plain loops, in every variant that the processor has.
@Suite(.serialized) struct TreeKernelsTests {
  @Test func `numbers are sorted as the standard library sorts them`() {
    var generator = PCG64(seed: 1)
    for count in [0, 1, 2, 100, 5000] {
      let numbers = (0..<count).map { index -> Double in
        switch index % 9 {
        case 0: -.infinity
        case 1: .infinity
        case 2: Double(Float(generator.uniform(-1, 1)))
        case 3: 0
        case 4: -Double.leastNonzeroMagnitude
        default: generator.uniform(-1e300, 1e300)
        }
      }
      var (sorted, scratch) = (numbers, numbers)
      rl_sort(&sorted, &scratch, count)
      #expect(sorted == numbers.sorted())
    }
  }

  @Test(arguments: [1, 7, 8, 13, 50]) func `a histogram is the sum over its rows`(features: Int) {
    var generator = PCG64(seed: 3)
    let (n, stride) = (3000, (features + 7) / 8 * 8)
    let bins = (0..<n * stride).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    // Large words all of one sign, so that blocks fill.
    let words = (0..<n).map { row -> UInt32 in
      let gradient = Int32(truncatingIfNeeded: generator.next() % 255) - (row < 1500 ? 0 : 254)
      return UInt32(bitPattern: gradient << 16) &+ UInt32(generator.next() % 255)
    }
    let rows = (0..<n).filter { $0 % 3 != 1 }.map { Int32($0) }
    var expected = [UInt64](repeating: 0, count: 256 * features)
    for row in rows.map({ Int($0) }) {
      let (gradient, hessian) = (Int64(Int32(bitPattern: words[row]) >> 16), UInt64(words[row] & 0xffff))
      for feature in 0..<features {
        expected[256 * feature + Int(bins[row * stride + feature])] &+= UInt64(bitPattern: gradient << 32) &+ hessian
      }
    }
    var block = [UInt32](repeating: 0, count: 256 * features)
    var sums = [UInt64](repeating: 1, count: 256 * features)
    rl_tree_histogram(bins, stride, features, rows, rows.count, words, &block, &sums)
    #expect(sums == expected && block.allSatisfy { $0 == 0 })
  }

  @Test func `words are rounded to both sides so that their mean is right`() {
    let n = 40_000
    let gradients = (0..<n).map { Float($0 % 5) * 0.31 - 0.6 }
    let hessians = (0..<n).map { Float($0 % 7) * 0.1 }
    var words = [UInt32](repeating: 0, count: n)
    rl_tree_words(gradients, hessians, 10, 20, 7, 1, &words, n)
    var (sums, differences) = ((0.0, 0.0), (0.0, 0.0))
    for row in 0..<n {
      let (g, h) = (Double(Int32(bitPattern: words[row]) >> 16), Double(words[row] & 0xffff))
      #expect(abs(g - Double(gradients[row]) * 10) < 1.00001 && abs(h - Double(hessians[row]) * 20) < 1.00001)
      sums.0 += g / 10
      sums.1 += h / 20
      differences.0 += Double(gradients[row])
      differences.1 += Double(hessians[row])
    }
    #expect(abs(sums.0 - differences.0) < 4 * 0.05 * 200 && abs(sums.1 - differences.1) < 4 * 0.025 * 200)
  }

  @Test(arguments: [0, 1, 2, 7, 60, 255])
  func `the code of a number is how many bounds are below it, wherever these lie`(_ count: Int) {
    var generator = PCG64(seed: 6)
    let scales: [(Double) -> Double] = [
      { $0 }, { exp(40 * $0) }, { $0 < 0 ? -1e-300 * exp(-$0) : $0 * 1.7e308 }, { 1e9 + 1e-6 * $0 },
      { $0.rounded() }, { $0 * .greatestFiniteMagnitude }, { $0 * .leastNonzeroMagnitude * 1e3 },
    ]
    for scale in scales {
      let bounds = Set((0..<count).map { _ in scale(generator.uniform(-1, 1)) }).sorted()
      var numbers = (0..<999).map { _ in scale(generator.uniform(-1.5, 1.5)) } + bounds
      numbers += bounds.flatMap { [$0.nextUp, $0.nextDown] } + [.nan, .infinity, -.infinity, 0, -0.0]
      numbers += [.greatestFiniteMagnitude, -.greatestFiniteMagnitude]
      var codes = [UInt8](repeating: 0, count: numbers.count)
      NumberCodes(bounds).encode(numbers, numbers.count, missing: 255, into: &codes)
      for (number, code) in zip(numbers, codes) {
        #expect(Int(code) == (number.isNaN ? 255 : bounds.count { $0 < number }), "\(number)")
      }
    }
  }
}
