import Formats
import Foundation
import Telemetry

/// Metrics that a program writes as it goes, a line a step: JSON objects, or CSV under a line of names. Which it is the first line
/// says.
///
/// `step` is the step of a line's points; without one it is the step after that of the line before. In JSON an object in an
/// object is a part of the name, `{"loss": {"actor": 1}}` is `loss/actor`; true is 1, false 0, null and an empty cell no point.
package struct PointLines {
  package struct Line: Hashable {
    package var step: Int?
    package var points: [Point]
  }

  package struct Point: Hashable {
    package var metric: Metric
    package var value: Double
  }

  /// Of CSV; nil for JSON, and before the first line.
  private var names: [String]?
  private var isJSON = false
  private var number = 0

  package init() {}

  /// What a line says; nil for a blank one and for the names of CSV. Throws `PointLineError` where it is none.
  package mutating func read(_ text: String) throws(PointLineError) -> Line? {
    number += 1
    if text.allSatisfy(\.isWhitespace) { return nil }
    if names == nil, !isJSON {
      isJSON = text.first { !$0.isWhitespace } == "{"
      if !isJSON {
        let names = try fields(of: text)
        if let twice = Dictionary(grouping: names, by: \.self).filter({ $1.count > 1 }).keys.min() {
          throw PointLineError(line: number, reason: "the column '\(twice)' is named twice")
        }
        self.names = names
        return nil
      }
    }
    return try isJSON ? json(text) : csv(text)
  }

  // MARK: CSV

  private func fields(of text: String) throws(PointLineError) -> [String] {
    var rows = CSVRows(text.utf8)
    guard let row = rows.next(), row.problem == nil, rows.next() == nil else {
      throw PointLineError(line: number, reason: "it is no line of CSV")
    }
    return row.fields.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private func csv(_ text: String) throws(PointLineError) -> Line {
    let (names, fields) = (names!, try fields(of: text))
    guard fields.count == names.count else {
      throw PointLineError(line: number, reason: "it has \(fields.count) fields under \(names.count) names")
    }
    var line = Line(points: [])
    for (name, field) in zip(names, fields) where !field.isEmpty {
      guard let value = Double(field) else {
        throw PointLineError(line: number, reason: "'\(name)' takes a number, not '\(field)'")
      }
      try add(name, value, to: &line)
    }
    return line
  }

  // MARK: JSON

  private indirect enum Value: Decodable {
    case number(Double)
    case none
    case object([String: Value])
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self =
        if container.decodeNil() {
          .none
        } else if let flag = try? container.decode(Bool.self) {
          .number(flag ? 1 : 0)
        } else if let number = try? container.decode(Double.self) {
          .number(number)
        } else if let text = try? container.decode(String.self), let number = Double(text) {
          .number(number)
        } else if let object = try? container.decode([String: Value].self) {
          .object(object)
        } else {
          .other
        }
    }
  }

  private func json(_ text: String) throws(PointLineError) -> Line {
    let decoder = JSONDecoder()
    // NaN and Infinity, which Python writes.
    decoder.allowsJSON5 = true
    guard let values = try? decoder.decode([String: Value].self, from: Data(text.utf8)) else {
      throw PointLineError(line: number, reason: "it is no JSON object")
    }
    var line = Line(points: [])
    try add(values, under: "", to: &line)
    return line
  }

  private func add(
    _ values: [String: Value], under prefix: String, to line: inout Line
  ) throws(PointLineError) {
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      let name = prefix + key
      switch value {
      case .none: break
      case .number(let number): try add(name, number, to: &line)
      case .object(let object): try add(object, under: name + "/", to: &line)
      case .other: throw PointLineError(line: number, reason: "'\(name)' takes a number")
      }
    }
  }

  private func add(_ name: String, _ value: Double, to line: inout Line) throws(PointLineError) {
    guard name == "step" else {
      if name.isEmpty { throw PointLineError(line: number, reason: "a metric has no name") }
      line.points.append(Point(metric: Metric(name), value: value))
      return
    }
    guard let step = Int(exactly: value), step >= 0 else {
      throw PointLineError(line: number, reason: "'step' takes a whole number from 0 on, not \(shortest(value))")
    }
    line.step = step
  }
}

/// A line that has no points, in one sentence.
package struct PointLineError: UserFacingError, Hashable {
  /// Counted from 1.
  package var line: Int
  package var reason: String

  package var description: String { "line \(line) of the input: \(reason); what came before is recorded" }
  package var status: FailureStatus { .badUsage }
}
