import Fitting
import Models
import RLCore
import Settings
import Testing
import Tuning

@Suite struct DefaultSpacesTests {
  static let documentation = Dictionary(
    uniqueKeysWithValues: Agents.builtIn.map { ($0.name, Agents.documentation(of: $0)) }
      + ModelCatalogue.builtIn.map { ($0.name, settings(of: $0)) })

  static func settings<Model: FittableModel>(_ type: Model.Type) -> [HyperparameterDocumentation] {
    Model.documentation
  }
  static func settings(of type: any FittableModel.Type) -> [HyperparameterDocumentation] { settings(type) }

  @Test(arguments: SearchSpace.defaultNames)
  func `a default space has settings of its agent or model, within their domains`(name: String) throws {
    let settings = try #require(Self.documentation[name], "there is no '\(name)'")
    let domains = Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.domain) })
    let space = try #require(try SearchSpace.standard(for: name, domains: domains))
    // Without domains it is the same: ranges of numbers are written with a point.
    #expect(try SearchSpace.standard(for: name) == space)
  }

  @Test func `what has something to tune has a default space`() {
    let without = Self.documentation.keys.filter { !SearchSpace.defaultNames.contains($0) }
    #expect(
      Set(without) == ["linear", "kmeans", "pca", "monte_carlo", "value_iteration", "policy_iteration"])
  }
}
