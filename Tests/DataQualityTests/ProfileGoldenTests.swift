import Datasets
import Foundation
import Testing

@testable import DataQuality

/// Definitions are those of pandas, NumPy and SciPy, recorded by Tests/Goldens/pandas_profiles.py.
@Suite struct ProfileGoldenTests {
  private struct Recorded: Decodable {
    struct Numbers: Decodable {
      let missing, distinct: Int
      let least, most, mean, deviation: Double
      let quantiles, edges: [Double]
      let bins: [Int]
      let top: [[Double]]
    }

    let numbers: [String: Numbers]
    let words: [String: Words]
    let duplicates: Int
    let pearson, spearman: [[Double]]
    let cramersV: Double
    let correlationRatio: [String: Double]

    struct Words: Decodable {
      let missing, distinct: Int
      let lengths: [Double]
    }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/profiles")

  static func recorded<Value: Decodable>(_ name: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appending(path: name)))
  }

  private let profile: TableProfile
  private let recorded: Recorded

  init() throws {
    let table = try Table(
      csv: Self.folder.appending(path: "mixed.csv").path, kinds: ["group": .category, "other": .category])
    profile = try TableProfile(table)
    recorded = try Self.recorded("mixed.json")
  }

  private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(b)) }

  @Test(arguments: ["real", "price", "count", "day"])
  func `a column of numbers is described as pandas and NumPy do`(name: String) throws {
    let column = try #require(profile.columns.first { $0.name == name })
    let (numbers, expected) = (try #require(column.numbers), try #require(recorded.numbers[name]))
    #expect(column.missing == expected.missing && column.distinct == expected.distinct)
    #expect(numbers.least == expected.least && numbers.most == expected.most)
    #expect(near(numbers.mean, expected.mean) && near(numbers.deviation, expected.deviation))
    #expect(zip(numbers.quantiles, expected.quantiles).allSatisfy { near($0.value, $1) })
    #expect(numbers.bins == expected.bins && zip(numbers.edges, expected.edges).allSatisfy(near))
    #expect(column.top.map(\.count) == expected.top.map { Int($0[1]) })
    if name != "day" { #expect(column.top.map { Double($0.value)! } == expected.top.map { $0[0] }) }
  }

  @Test(arguments: ["group", "other"])
  func `a column of words is described as pandas does`(name: String) throws {
    let column = try #require(profile.columns.first { $0.name == name })
    let (lengths, expected) = (try #require(column.lengths), try #require(recorded.words[name]))
    #expect(column.missing == expected.missing && column.distinct == expected.distinct)
    #expect([Double(lengths.least), Double(lengths.most)] == Array(expected.lengths.prefix(2)))
    #expect(near(lengths.mean, expected.lengths[2]))
    #expect(column.top.reduce(0) { $0 + $1.count } == column.present)
  }

  @Test func `duplicates and correlations are those of pandas and SciPy`() throws {
    #expect(profile.duplicateRows == recorded.duplicates && recorded.duplicates > 0)
    let names = ["real", "price", "count", "day"]
    func value(_ a: String, _ b: String, _ measure: Correlation.Measure) throws -> Double {
      try #require(profile.correlations.first { $0.first == a && $0.second == b && $0.measure == measure }).value
    }
    for (first, a) in names.enumerated() {
      for (second, b) in names.enumerated() where first < second {
        #expect(near(try value(a, b, .pearson), recorded.pearson[first][second]))
        #expect(near(try value(a, b, .spearman), recorded.spearman[first][second]))
      }
      #expect(near(try value("group", a, .correlationRatio), recorded.correlationRatio[a]!))
    }
    #expect(near(try value("group", "other", .cramersV), recorded.cramersV))
  }
}
