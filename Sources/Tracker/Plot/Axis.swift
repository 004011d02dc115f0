import Foundation
import Telemetry

/// A range of numbers that ends at round ones, with ticks and what to write at them.
struct Axis {
  let ticks: [Double]
  /// A tick's words, `250k`.
  let labels: [String]
  let low: Double
  let high: Double

  /// Covers `values` with about `count` ticks 1, 2, 2.5 or 5 times a power of ten apart.
  ///
  /// `extends`: the range goes on to whole ticks; otherwise it ends at the values and the ticks lie inside.
  init(covering values: [Double], ticks count: Int, extends: Bool = true) {
    // Within what can be reckoned with: a number beyond lies outside the axis.
    var low = max(values.min() ?? 0, -1e300)
    var high = min(values.max() ?? 1, 1e300)
    if high - low <= max(abs(low), abs(high), 1e-280) * 1e-12 {
      let room = max(abs(low), abs(high)) > 1e-280 ? abs(low) * 0.1 : 1
      (low, high) = (low - room, high + room)
    }
    // A few more ticks where they leave less room unused.
    let distances = (max(2, count)...max(2, count) + 2).map { Self.round((high - low) / Double($0)) }
    func extent(_ distance: Double) -> Double {
      ((high / distance).rounded(.up) - (low / distance).rounded(.down)) * distance
    }
    let distance = (extends ? distances.min { extent($0) < extent($1) } : nil) ?? distances[0]
    let first = extends ? (low / distance).rounded(.down) : (low / distance).rounded(.up)
    let last = extends ? (high / distance).rounded(.up) : (high / distance).rounded(.down)
    ticks = first <= last ? stride(from: first, through: last, by: 1).map { $0 * distance } : []
    self.low = extends ? ticks.first ?? low : low
    self.high = extends ? ticks.last ?? high : high
    labels = Self.labels(of: ticks, distance: distance)
  }

  /// Where `value` lies between the ends: 0 to 1.
  func share(_ value: Double) -> Double { (value - low) / (high - low) }

  /// The smallest of 1, 2, 2.5, 5 times a power of ten that is not under `distance`.
  private static func round(_ distance: Double) -> Double {
    let power = powerOfTen(distance)
    return [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= distance * (1 - 1e-9) } ?? 10 * power
  }

  private static func powerOfTen(_ value: Double) -> Double {
    guard value.isFinite, value > 0 else { return 1 }
    var power = 1.0
    while power * 10 <= value { power *= 10 }
    while power > value { power /= 10 }
    return power
  }

  /// All in one unit, with as many decimals as the ticks' distance asks for.
  private static func labels(of ticks: [Double], distance: Double) -> [String] {
    let largest = ticks.map(abs).max() ?? 0
    if largest >= 1e15 || distance < 1e-5 { return ticks.map { String(format: "%.6g", $0) } }
    let (unit, suffix): (Double, String) =
      largest >= 1e9 ? (1e9, "G") : largest >= 1e6 ? (1e6, "M") : largest >= 1e4 ? (1e3, "k") : (1, "")
    return ticks.map { $0 == 0 ? "0" : trimmed($0 / unit) + suffix }
  }

  /// A number without the noise of its last bits: at most nine decimals and no needless zero.
  private static func trimmed(_ value: Double) -> String {
    shortest((value * 1e9).rounded() / 1e9)
  }
}
