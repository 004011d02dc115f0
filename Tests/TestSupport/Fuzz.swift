import Foundation
import Randomness

/// Seeded changes of bytes and draws of values, for tests that throw at a reader whatever comes.
public struct Fuzz {
  private var random: CounterGenerator

  public init(seed: UInt64) { random = CounterGenerator(SeedSequence(seed)) }

  /// Rounds of each target: 1,000, or what RLRUN_FUZZ says ('make bench-fuzz': 20,000).
  public static let rounds: Int = {
    ProcessInfo.processInfo.environment["RLRUN_FUZZ"].flatMap { Int($0) } ?? 1_000
  }()

  /// A number from 0 to below `limit`.
  public mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }

  public mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Changes `bytes` at one to four places: flips, overwrites, cuts, stretches removed and repeated, and `words`, which a
  /// grammar may be confused by.
  public mutating func change(_ bytes: inout [UInt8], words: [String] = []) {
    for _ in 0...below(4) where !bytes.isEmpty {
      switch below(words.isEmpty ? 5 : 7) {
      case 0: bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
      case 1: bytes[below(bytes.count)] = one(of: [0, 0xFF, 0x80, 0x7F])
      case 2: bytes.removeLast(below(bytes.count))
      case 3:
        let start = below(bytes.count)
        bytes.removeSubrange(start..<min(bytes.count, start + below(40)))
      case 4:
        let start = below(bytes.count)
        bytes.insert(contentsOf: Array(bytes[start..<min(bytes.count, start + below(40))]), at: below(bytes.count))
      default: bytes.insert(contentsOf: Array(one(of: words).utf8), at: below(bytes.count + 1))
      }
    }
  }

  public mutating func changed(_ text: String, words: [String] = []) -> String {
    var bytes = Array(text.utf8)
    change(&bytes, words: words)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What numbers go wrong at, as people and programs write them.
  public static let numbers = [
    "0", "1", "-1", "2", "64", "1e5", "100k", "2M", "1.5", "-0.0", "1e18", "1e308", "1e999", "-1e308", "nan", "inf",
    "-inf",
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615", "1e-320", "0x7f",
    "1_000",
    "2147483648", "4294967296", "1000000000", "", " ", "k", "1e", "--1",
  ]
}
