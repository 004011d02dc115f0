import Formats
import Foundation
import Telemetry

/// How a chart's axes are spaced, and where the vertical one ends.
package struct ChartScales: Sendable, Hashable {
  /// Whether equal distances are equal factors; only values above 0 have a place there.
  package var isHorizontalLogarithmic = false
  package var isVerticalLogarithmic = false
  /// The ends of the vertical axis; nil: those of what is drawn.
  package var low: Double?
  package var high: Double?

  package init() {}
}

/// A range of numbers that ends at round ones, with ticks and what to write at them.
struct Axis {
  let ticks: [Double]
  /// A tick's words, `250k`.
  let labels: [String]
  let low: Double
  let high: Double
  let isLogarithmic: Bool

  /// Covers `values` with about `count` ticks 1, 2, 2.5 or 5 times a power of ten apart; on a logarithmic axis at powers of
  /// ten, or at 1, 2 and 5 times them.
  ///
  /// `extends`: the range goes on to whole ticks; otherwise it ends at the values and the ticks lie inside. An end that is
  /// given stands.
  init(
    covering values: [Double], ticks count: Int, extends: Bool = true, low fixedLow: Double? = nil,
    high fixedHigh: Double? = nil, isLogarithmic: Bool = false
  ) {
    self.isLogarithmic = isLogarithmic
    // Within what can be reckoned with: a number beyond lies outside the axis.
    let least = isLogarithmic ? 1 / OffAxisValue.limit : -OffAxisValue.limit
    let values = (isLogarithmic ? values.filter { $0 > 0 } : values).map { min(max($0, least), OffAxisValue.limit) }
    let (fixedLow, fixedHigh) = (fixedLow.map { max($0, least) }, fixedHigh.map { max($0, least) })
    let usual = isLogarithmic ? (1.0, 10.0) : (0.0, 1.0)
    var low = fixedLow ?? values.min() ?? usual.0
    var high = fixedHigh ?? values.max() ?? usual.1
    if high - low <= max(abs(low), abs(high), 1e-280) * 1e-12 {
      // All in one place, or beyond the end that is given.
      if let fixedLow { high = fixedLow } else if let fixedHigh { low = fixedHigh }
      let room = max(abs(low), abs(high)) > 1e-280 ? abs(low) * 0.1 : isLogarithmic ? low * 0.1 : 1
      if fixedLow == nil { low -= room }
      if fixedHigh == nil { high += room }
    }
    let places =
      isLogarithmic
      ? Self.logarithmicTicks(low, high, count, extends: extends) : Self.ticks(low, high, count, extends: extends)
    let ticks = places.ticks.filter { tick in
      tick >= (fixedLow ?? -.infinity) && tick <= (fixedHigh ?? .infinity)
    }
    self.ticks = ticks
    self.low = extends && fixedLow == nil ? min(places.ticks.first ?? low, low) : low
    self.high = extends && fixedHigh == nil ? max(places.ticks.last ?? high, high) : high
    labels = Self.labels(of: ticks, distance: places.distance)
  }

  /// Where `value` lies between the ends: 0 to 1; −∞ for what a logarithmic axis has no place for.
  func share(_ value: Double) -> Double {
    if !isLogarithmic { return (value - low) / (high - low) }
    return value > 0 ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : -.infinity
  }

  /// `distance`: nil where the ticks are no multiples of one.
  private typealias Ticks = (ticks: [Double], distance: Double?)

  private static func ticks(_ low: Double, _ high: Double, _ count: Int, extends: Bool) -> Ticks {
    // A few more ticks where they leave less room unused.
    let distances = (max(2, count)...max(2, count) + 2).map { round((high - low) / Double($0)) }
    func extent(_ distance: Double) -> Double {
      ((high / distance).rounded(.up) - (low / distance).rounded(.down)) * distance
    }
    let distance = (extends ? distances.min { extent($0) < extent($1) } : nil) ?? distances[0]
    let first = extends ? (low / distance).rounded(.down) : (low / distance).rounded(.up)
    let last = extends ? (high / distance).rounded(.up) : (high / distance).rounded(.down)
    return (first <= last ? stride(from: first, through: last, by: 1).map { $0 * distance } : [], distance)
  }

  private static func logarithmicTicks(_ low: Double, _ high: Double, _ count: Int, extends: Bool) -> Ticks {
    // Too narrow for factors.
    if high / low < 3 { return ticks(low, high, count, extends: false) }
    let (first, last) = (Int(log10(low).rounded(.down)), Int(log10(high).rounded(.up)))
    let digits = last - first > 2 ? [1.0] : [1.0, 2, 5]
    var all = (first...last).flatMap { power in digits.map { $0 * pow(10, Double(power)) } }
    let every = max(1, ((last - first) + count - 1) / max(2, count))
    if digits.count == 1, every > 1 {
      let end = first + ((last - first) + every - 1) / every * every
      all = stride(from: first, through: end, by: every).map { pow(10, Double($0)) }
    }
    let inner = all.filter { $0 >= low * (1 - 1e-9) && $0 <= high * (1 + 1e-9) }
    if !extends { return inner.count > 1 ? (inner, nil) : ticks(low, high, count, extends: false) }
    let from = all.last { $0 <= low * (1 + 1e-9) } ?? low
    let to = all.first { $0 >= high * (1 - 1e-9) } ?? high
    return (all.filter { $0 >= from && $0 <= to && $0.isFinite && $0 > 0 }, nil)
  }

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

  /// All in one unit, with as many decimals as the ticks' distance asks for; without a distance each in its own.
  private static func labels(of ticks: [Double], distance: Double?) -> [String] {
    let largest = ticks.map(abs).max() ?? 0
    if let distance, largest >= 1e15 || distance < 1e-5 {
      let short = ticks.map { String(format: "%.6g", $0) }
      return Set(short).count == ticks.count ? short : ticks.map(shortest)
    }
    return ticks.map { tick in
      if distance == nil, !(1e-4..<1e15).contains(tick) { return String(format: "%.6g", tick) }
      let size = distance == nil ? tick : largest
      let (unit, suffix): (Double, String) =
        size >= 1e9 ? (1e9, "G") : size >= 1e6 ? (1e6, "M") : size >= 1e4 ? (1e3, "k") : (1, "")
      return tick == 0 ? "0" : trimmed(tick / unit) + suffix
    }
  }

  /// A number without the noise of its last bits: at most nine decimals and no needless zero.
  private static func trimmed(_ value: Double) -> String {
    shortest((value * 1e9).rounded() / 1e9)
  }
}

/// About four digits.
func brief(_ value: Double) -> String {
  guard value.isFinite else { return OffAxisValue(value)?.name ?? "" }
  var scale = 1.0
  while abs(value) * scale < 1_000, scale < 1e6, value != 0 { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  // What a millionth is too coarse for, and what has more digits than anybody reads.
  if (value != 0 && abs(value) < 1e-3) || abs(value) >= 1e15 { return String(format: "%.4g", value) }
  return shortest(rounded)
}
