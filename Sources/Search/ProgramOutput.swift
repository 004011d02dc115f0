import Formats
import Foundation

/// Reads the numbers that a program prints: `loss=0.31`, `loss: 0.31` or a JSON object a line, `{"step": 3, "loss": 0.31}`.
struct ProgramOutput {
  struct Point: Hashable {
    var name: String
    var value: Double
    /// nil where the line says none.
    var step: Int?
  }

  /// Those of one line.
  static func points(in line: String) -> [Point] {
    let text = line.trimmingCharacters(in: .whitespaces)
    if text.hasPrefix("{") { return object(text) }
    var points: [Point] = []
    let words = text.replacingOccurrences(of: ",", with: " ").replacingOccurrences(of: "=", with: " = ")
      .replacingOccurrences(of: ":", with: " : ").split(separator: " ")
    for (place, word) in words.enumerated() where word == "=" || word == ":" {
      guard place > 0, place + 1 < words.count, let value = Double(words[place + 1]) else { continue }
      // A time of day is no metric.
      guard let first = words[place - 1].first, first.isLetter || first == "_" else { continue }
      points.append(Point(name: String(words[place - 1]), value: value))
    }
    let step = points.first { $0.name == "step" || $0.name == "epoch" }.flatMap { Int(exactly: $0.value) }
    return points.filter { $0.name != "step" && $0.name != "epoch" }.map {
      Point(name: $0.name, value: $0.value, step: step)
    }
  }

  private static func object(_ text: String) -> [Point] {
    guard let values = try? JSONForm.exact.decode([String: Number].self, from: Data(text.utf8)) else { return [] }
    let step = (values["step"] ?? values["epoch"])?.value.flatMap { Int(exactly: $0) }
    return values.keys.sorted().filter { $0 != "step" && $0 != "epoch" }.compactMap { name in
      values[name]?.value.map { Point(name: name, value: $0, step: step) }
    }
  }

  /// A value of an object, of which only numbers matter.
  private struct Number: Decodable {
    var value: Double?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = number
      } else if let word = try? container.decode(String.self), ["NaN", "Infinity", "-Infinity"].contains(word) {
        // JSON has no form for these.
        value = Double(word)
      }
    }
  }
}
