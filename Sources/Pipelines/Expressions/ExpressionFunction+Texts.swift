import Datasets
import Formats
import Foundation

/// Functions of texts, each applied once to each different text. Lengths and places count Unicode scalars, as Python does.
extension ExpressionFunction {
  static let texts: [ExpressionFunction] = [
    ExpressionFunction("lower", [.text], .text) { (call) throws(ExpressionError) in
      try call[0].mapWords { $0.lowercased() }
    },
    ExpressionFunction("upper", [.text], .text) { (call) throws(ExpressionError) in
      try call[0].mapWords { $0.uppercased() }
    },
    ExpressionFunction("trim", [.text], .text) { (call) throws(ExpressionError) in
      try call[0].mapWords { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    },
    ExpressionFunction("length", [.text], .number) { call in
      call[0].mapWords(to: .number) { Double($0.unicodeScalars.count) }
    },
    ExpressionFunction("contains", [.text, .text], .boolean) { (call) throws(ExpressionError) in
      let found = try ExpressionVector.combine(call.arguments, rows: call.rows) { (texts) throws(ExpressionError) in
        texts[1].isEmpty || texts[0].utf8.containsRun(Array(texts[1].utf8)) ? "1" : "0"
      }
      return found.mapWords(to: .boolean) { $0 == "1" ? 1 : 0 }
    },
    ExpressionFunction("replace", [.text, .text, .text], .text) { (call) throws(ExpressionError) in
      try ExpressionVector.combine(call.arguments, rows: call.rows) { (texts) throws(ExpressionError) in
        if texts[1].isEmpty { return texts[0] }
        return try call.limited(
          texts[0].utf8.replacingRuns(of: Array(texts[1].utf8), by: Array(texts[2].utf8)), texts[0])
      }
    },
    ExpressionFunction("concat", [.text], isVariadic: true, .text) { (call) throws(ExpressionError) in
      try ExpressionVector.combine(call.arguments, rows: call.rows) { (texts) throws(ExpressionError) in
        try call.limited(texts.joined(), texts[0])
      }
    },
    // From a place counted from 1, as in SQL; to the end, or so many.
    ExpressionFunction("substring", [.text, .number, .number], optional: 1, .text) { (call) throws(ExpressionError) in
      let numbers = call.arguments.dropFirst().map { ExpressionVector.spelled($0) }
      return try ExpressionVector.combine([call[0]] + numbers, rows: call.rows) { (texts) throws(ExpressionError) in
        func place(_ text: String) -> Int { Int(max(-1e9, min(1e9, Double(text) ?? 0))) }
        let scalars = texts[0].unicodeScalars
        let start = max(1, place(texts[1]))
        let end = texts.count > 2 ? place(texts[1]) + place(texts[2]) : Int.max
        var part = String.UnicodeScalarView()
        part.append(contentsOf: scalars.dropFirst(start - 1).prefix(max(0, end - start)))
        return String(part)
      }
    },
    ExpressionFunction("number", [.text], .number) { call in
      call[0].mapWords(to: .number) { SpelledValue.number($0) ?? .nan }
    },
    ExpressionFunction("text", [.number], .text) { ExpressionVector.spelled($0[0]) },
  ]
}

extension ExpressionFunction.Call {
  /// A text that may have grown, if it is not too long.
  fileprivate func limited(_ text: String, _ from: String) throws(ExpressionError) -> String {
    let most = 65_536
    if text.utf8.count <= max(most, from.utf8.count) { return text }
    throw error("a text grows beyond \(most) bytes")
  }
}

extension ExpressionVector {
  /// Numbers as texts.
  fileprivate static func spelled(_ vector: ExpressionVector) -> ExpressionVector {
    let words = Words(spelling: vector.numbers)
    return ExpressionVector(levels: words.levels, codes: words.codes, isConstant: vector.isConstant)
  }
}

extension String.UTF8View {
  /// Whether these bytes stand in a row somewhere.
  fileprivate func containsRun(_ run: [UInt8]) -> Bool {
    let bytes = Array(self)
    return bytes.count >= run.count && (0...bytes.count - run.count).contains { bytes[$0...].starts(with: run) }
  }

  fileprivate func replacingRuns(of run: [UInt8], by new: [UInt8]) -> String {
    let bytes = Array(self)
    var result: [UInt8] = []
    var place = 0
    while place < bytes.count {
      if bytes[place] == run[0], bytes[place...].starts(with: run) {
        result += new
        place += run.count
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
