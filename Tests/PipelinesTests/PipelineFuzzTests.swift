import Datasets
import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct PipelineFuzzTests {
  @Test func `reading YAML ends in a sentence or a pipeline`() {
    var fuzz = Fuzz(seed: 8)
    let words =
      PipelineSteps.builtIn.map { $0.name } + [
        "steps:", "- ", "{", "}", "[", "]", ": ", "*a", "&a ", "<<: ", "\n", "'", "!!",
      ]
    var read = 0
    for _ in 0..<Fuzz.rounds {
      if (try? Pipeline(yaml: fuzz.changed(EveryStep.yaml, words: words))) != nil { read += 1 }
    }
    #expect(read > 0)
  }

  @Test func `a damaged pipeline throws and never traps`() throws {
    let json = Array(try Pipeline(yaml: EveryStep.yaml).fit(EveryStep.table, target: "y", seed: 7).json())
    let table = EveryStep.table
    var fuzz = Fuzz(seed: 3)
    var read = 0
    for _ in 0..<Fuzz.rounds {
      var bytes = json
      fuzz.change(&bytes, words: Fuzz.numbers + ["[]", "null", "\"\"", "[0]", "true"])
      guard let pipeline = try? FittedPipeline(json: Data(bytes)) else { continue }
      read += 1
      _ = try? pipeline.transform(table)
    }
    #expect(read > 10)
  }

  @Test func `a regular expression is read or refused`() {
    var fuzz = Fuzz(seed: 4)
    var read = 0
    for _ in 0..<Fuzz.rounds {
      let pattern = fuzz.changed(
        "(\\w+)[-_ ](?:a|b{2,3})*?([^0-9]+)$", words: ["(", ")", "*", "+?", "{3}", "[", "]", "|", "\\b", "(?:", "^"])
      guard let regex = try? LinearRegex(pattern) else { continue }
      read += 1
      for text in LinearRegexTests.texts { _ = regex.firstMatch(in: text) }
    }
    #expect(read > 20)
  }

  @Test func `an expression ends in values or a sentence`() {
    var fuzz = Fuzz(seed: 2)
    let types = ExpressionTests.table.expressionTypes
    let words =
      ["(", ")", ",", "'", "`", "a", "s", "when", "none", "missing", " and ", " not ", "<=", "^", "-", "%", "1e308"]
      + ExpressionFunction.all.keys.sorted().map { $0 + "(" } + Fuzz.numbers
    var (read, refused) = (0, 0)
    for _ in 0..<Fuzz.rounds {
      let right = Self.random(fuzz.one(of: [.number, .text, .boolean, .date]), depth: 4, &fuzz)
      for source in [right, fuzz.changed(right, words: words)] {
        guard let expression = try? Expression(source, types) else {
          refused += 1
          #expect(source != right, "\(right)")
          continue
        }
        read += 1
        guard let vector = try? expression.evaluate(on: ExpressionTests.table) else { continue }
        #expect(vector.column.count == 4)
        if case .numbers(let numbers) = vector.values { #expect(numbers.allSatisfy { !$0.isInfinite }) }
      }
    }
    #expect(read >= Fuzz.rounds && refused > 0)
  }

  /// An expression of this type, as the grammar allows it.
  private static func random(_ type: ExpressionType, depth: Int, _ fuzz: inout Fuzz) -> String {
    func make(_ type: ExpressionType) -> String { random(type, depth: depth - 1, &fuzz) }
    if depth == 0 || fuzz.below(5) == 0 {
      switch type {
      case .number: return fuzz.one(of: ["a", "b", "`two words`", "0", "1", "2.5", "1e300", "none"])
      case .text: return fuzz.one(of: ["s", "'x'", "''", "'2024-01-01'", "none"])
      case .date: return fuzz.one(of: ["when", "date('2024-02-29')", "date(2024, 2, 30)"])
      default: return fuzz.one(of: ["true", "false", "missing", "is_missing(s)"])
      }
    }
    if fuzz.below(5) == 0 { return "if(\(make(.boolean)), \(make(type)), \(make(type)))" }
    if fuzz.below(8) == 0 { return "coalesce(\(make(type)), \(make(type)))" }
    switch type {
    case .number:
      let other = ExpressionFunction.all.filter {
        $0.value[0].parameters.count == 1 && $0.value[0].result == .number
      }.keys.sorted()
      switch fuzz.below(5) {
      case 0: return "(\(make(.number)) \(fuzz.one(of: ["+", "-", "*", "/", "%", "^"])) \(make(.number)))"
      case 1: return "clip(\(make(.number)), \(make(.number)), \(make(.number)))"
      case 2: return "days_between(\(make(.date)), \(make(.date)))"
      case 3: return "max(\(make(.number)), round(\(make(.number)), \(make(.number))))"
      default:
        let name = fuzz.one(of: other)
        guard case .type(let argument)? = ExpressionFunction.all[name]?[0].parameters[0] else { return "1" }
        return "\(name)(\(make(argument)))"
      }
    case .text:
      switch fuzz.below(4) {
      case 0: return "replace(\(make(.text)), \(make(.text)), \(make(.text)))"
      case 1: return "substring(\(make(.text)), \(make(.number)), \(make(.number)))"
      case 2: return "concat(\(make(.text)), text(\(make(.number))))"
      default: return "\(fuzz.one(of: ["lower", "upper", "trim"]))(\(make(.text)))"
      }
    case .date: return "date(\(make(.number)), \(make(.number)), \(make(.number)))"
    default:
      let kind = fuzz.one(of: [ExpressionType.number, .text, .date, .boolean])
      switch fuzz.below(4) {
      case 0: return "(\(make(kind)) \(fuzz.one(of: ["=", "!=", "<", "<=", ">", ">="])) \(make(kind)))"
      case 1: return "(\(make(.boolean)) \(fuzz.one(of: ["and", "or"])) \(make(.boolean)))"
      case 2: return "contains(\(make(.text)), \(make(.text)))"
      default: return "(not \(make(.boolean)))"
      }
    }
  }
}
