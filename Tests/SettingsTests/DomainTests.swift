import Foundation
import Testing

@testable import Settings

@Suite struct DomainTests {
  private struct Tool: Configurable {
    enum Metal: String, CaseIterable, Sendable { case iron, brass }
    var size = 1
    var weight = 0.5
    var limit: Double?
    var isSharp = false
    var metal = Metal.iron
    var widths = [64, 64]
    static let hyperparameters: [Hyperparameter<Tool>] = [
      .integer("size", \.size, .atLeast(1, limit: 9), "how large"), .number("weight", \.weight, .positive, "how heavy"),
      .optionalNumber("limit", \.limit, .unit, "how far"), .flag("sharp", \.isSharp, "whether it cuts"),
      .choice("metal", \.metal, "of what"), .widths("widths", \.widths, "how wide"),
    ]
  }

  @Test func `a domain in words is what help says`() {
    #expect(
      Tool.documentation.map(\.range)
        == ["≥ 1", "> 0", "0 to 1, or null", "true or false", "iron, brass", "a list of whole numbers ≥ 1"])
    #expect(Domain.schedule(.nonNegative).description == "≥ 0, or a schedule as lin_0.1")
    #expect(Domain.optional(.schedule(.positive)).description == "> 0, a schedule as lin_0.1, or null")
    #expect(Domain.or(.integer(.atLeast(1)), "-1").description == "≥ 1, or -1")
  }

  private func json(_ domain: Domain) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(domain), as: UTF8.self)
  }

  @Test func `a domain in JSON has its bounds, where it has any`() throws {
    #expect(try json(.real(.positive)) == #"{"high":null,"low":0,"lowIsIncluded":false,"type":"real"}"#)
    #expect(try json(.real(.finite)) == #"{"high":null,"low":null,"lowIsIncluded":false,"type":"real"}"#)
    #expect(
      try json(.optional(.integer(.atLeast(2, limit: 7))))
        == #"{"high":7,"low":2,"lowIsIncluded":true,"nullable":true,"type":"integer"}"#)
    #expect(
      try json(.or(.schedule(.unit), "auto"))
        == #"{"high":1,"low":0,"lowIsIncluded":true,"type":"schedule","word":"auto"}"#)
    #expect(try json(.choice(["a", "b"])) == #"{"choices":["a","b"],"type":"choice"}"#)
    #expect(try json(.flag) == #"{"type":"flag"}"# && json(.widths) == #"{"type":"widths"}"#)
  }
}
