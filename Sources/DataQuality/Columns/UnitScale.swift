/// Units of measurement that values are written with, and how they convert.
package enum UnitScale {
  package enum Dimension: Sendable { case mass, length, volume, time, data, power, energy, speed }

  /// In terms of the first unit of its dimension.
  package static func factor(_ unit: String) -> (dimension: Dimension, factor: Double)? { table[unit.lowercased()] }

  /// The value in another unit; nil where one is unknown or both measure different things.
  package static func converted(_ value: Double, from unit: String, to other: String) -> Double? {
    if unit.lowercased() == other.lowercased() { return value }
    guard let from = factor(unit), let to = factor(other), from.dimension == to.dimension else { return nil }
    return value * from.factor / to.factor
  }

  private static let table: [String: (dimension: Dimension, factor: Double)] = {
    var table: [String: (Dimension, Double)] = [:]
    func add(_ dimension: Dimension, _ factors: [(names: String, factor: Double)]) {
      for (names, factor) in factors {
        for name in names.split(separator: " ") { table[String(name)] = (dimension, factor) }
      }
    }
    add(.mass, [("g gram grams", 1), ("mg", 0.001), ("µg ug mcg", 1e-6), ("kg kgs kilo", 1_000), ("t ton tons", 1e6)])
    add(.mass, [("lb lbs pound pounds", 453.592_37), ("oz", 28.349_523_125)])
    add(.length, [("m meter metre meters metres", 1), ("mm", 0.001), ("cm", 0.01), ("km", 1_000), ("µm", 1e-6)])
    add(.length, [("in inch inches", 0.025_4), ("ft feet", 0.304_8), ("yd", 0.914_4), ("mi mile miles", 1_609.344)])
    add(.volume, [("l liter litre", 1), ("ml", 0.001), ("cl", 0.01), ("dl", 0.1), ("gal", 3.785_411_784)])
    add(.time, [("s sec secs second seconds", 1), ("ms", 0.001), ("µs us", 1e-6), ("ns", 1e-9)])
    add(.time, [("min mins minute minutes", 60), ("h hr hrs hour hours", 3_600), ("d day days", 86_400)])
    add(.data, [("b byte bytes", 1), ("kb", 1_000), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12)])
    add(.data, [("kib", 1_024), ("mib", 1_048_576), ("gib", 1_073_741_824)])
    add(.power, [("w", 1), ("kw", 1_000), ("hp", 745.699_872)])
    add(.energy, [("j", 1), ("kj", 1_000), ("wh", 3_600), ("kwh", 3.6e6), ("cal", 4.184), ("kcal", 4_184)])
    add(.speed, [("m/s", 1), ("km/h kmh", 1 / 3.6), ("mph", 0.447_04)])
    return table
  }()
}

/// A number with its unit: `5 kg`, `5000g`, `3,5 cm`.
package struct Measure: Hashable, Sendable {
  package let value: Double
  /// As it is written.
  package let unit: String

  /// nil where the text is no number followed by a known unit.
  package init?(_ text: String) {
    let scalars = text.unicodeScalars
    let body = scalars.prefix { ("0"..."9").contains($0) || ".,-+' ".unicodeScalars.contains($0) }
    guard body.count < scalars.count, body.contains(where: { ("0"..."9").contains($0) }) else { return nil }
    var unit = String(scalars[body.endIndex...])
    while unit.last == " " { unit.removeLast() }
    if unit.last == "." { unit.removeLast() }
    guard UnitScale.factor(unit) != nil else { return nil }
    var digits = String(body)
    while digits.last == " " { digits.removeLast() }
    guard let value = SpelledText.number(digits) else { return nil }
    (self.value, self.unit) = (value, unit)
  }
}
