import Datasets
import Foundation
import Testing

@testable import Pipelines

@Suite struct HardTableTests {
  /// Tables that statistics go wrong at.
  static let tables: [(name: String, table: Table)] = {
    func table(_ numbers: [Double], _ codes: [Int32], _ levels: [String]) -> Table {
      Table([
        ("a", .numbers(numbers)), ("b", .numbers(numbers.reversed())),
        ("k", .categories(Words(levels: levels, codes: codes))), ("t", .texts(Words(levels: levels, codes: codes))),
        ("d", .dates(numbers.map { $0 * 1e5 })), ("m", .missing(count: numbers.count)),
        ("y", .numbers(numbers.indices.map { Double($0 % 2) })),
      ])
    }
    let many = [Double](repeating: .nan, count: 5)
    return [
      ("one row", table([3], [0], ["a-b c"])),
      ("no row", table([], [], [])),
      ("all missing", table(many, [-1, -1, -1, -1, -1], [])),
      ("constant", table([0.1, 0.1, 0.1, 0.1], [0, 0, 0, 0], [""])),
      (
        "huge",
        table([1e308, -1e308, 1e308, 0, -1e308, .leastNonzeroMagnitude], [0, 1, 2, 0, 1, 2], ["a", "b", "ccc ddd"])
      ),
      ("infinite", table([.infinity, 1, -.infinity, 2], [0, 1, 0, 1], ["é", "e\u{301}"])),
      ("two rows, one missing", table([1, .nan], [0, -1], ["x y"])),
      ("negative", table([-1, -2, -3, -0.0, 0], [0, 1, 2, 3, 4], ["1", "1.0", "01", "-1", "nan"])),
    ]
  }()

  static let steps: [String] = PipelineSteps.builtIn.filter { $0 is any ColumnStep.Type }.map { type in
    switch type.name {
    case "drop": "drop: {columns: [a]}"
    case "combine": "combine: {column: new, expression: 'log(a) / b + length(k)'}"
    case "split_column": "split_column: {column: k, separator: '-'}"
    case "hash": "hash: {n_features: 4}"
    case "date_parts":
      "date_parts: {parts: [year, quarter, month, day, weekday, hour, minute, second, day_of_year, is_weekend, seconds]}"
    case "image": "image: {columns: [k], width: 2, height: 2}"
    case "pca": "pca: {columns: [a, b]}"
    default: type.name
    }
  }

  @Test(arguments: steps)
  func `a hard table is transformed or refused in one sentence`(_ step: String) throws {
    var fitted = 0
    for more in ["", "- impute: {columns: [a, b]}\n"] {
      let pipeline = try Pipeline(yaml: "steps:\n\(more)- \(step)\n")
      for (name, table) in Self.tables {
        do throws(PipelineError) {
          let result = try pipeline.fit(table, target: "y", seed: 1)
          fitted += 1
          for (_, other) in Self.tables {
            do throws(PipelineError) { _ = try result.transform(other) } catch { Self.expectSentence(error, name) }
          }
        } catch { Self.expectSentence(error, name) }
      }
    }
    #expect(fitted > 0)
  }

  private static func expectSentence(_ error: PipelineError, _ name: String) {
    #expect(error.sentence.hasPrefix("step ") || error.sentence == "there is no training row", "\(name)")
    #expect(!error.sentence.contains("\n"))
  }

  @Test(arguments: [
    "filter: {expression: 'a > 0 or k = \"a\"'}", "sample: {n: 3}", "sample: {frac: 0.5}", "deduplicate",
    "sort: {by: [k, a]}",
    "group: {by: [k], aggregates: [n = count(), s = std(a), m = median(b), f = first(t), x = max(d), u = n_unique(m)]}",
    "lags: {columns: [a, k, t, d, m], lags: [1, -2, 100], by: [k]}", "join: {table: other, on: [k, a], how: inner}",
    "join: {table: other, on: [m]}",
  ])
  func `rows of hard tables change or are refused`(_ step: String) throws {
    let pipeline = try Pipeline(yaml: "steps:\n- \(step)\n")
    for (name, table) in Self.tables {
      for (_, other) in Self.tables {
        do throws(PipelineError) {
          _ = try pipeline.prepare(table, seed: 1) { (_) throws(PipelineError) in other }
        } catch { #expect(error.sentence.hasPrefix("step 1"), "\(name)") }
      }
    }
  }
}
