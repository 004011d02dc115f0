import Foundation

/// At most four significant digits, for a sentence: `0.02154`, `187.3`, `1.2e-08`.
package func rounded(_ value: Double) -> String { String(format: "%.4g", value) }

/// With commas between thousands: `36,864`.
package func grouped(_ number: Int) -> String {
  let digits = String(number.magnitude)
  let groups = stride(from: digits.count, to: 0, by: -3).map { end in
    String(digits.dropLast(digits.count - end).suffix(3))
  }
  return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
}
