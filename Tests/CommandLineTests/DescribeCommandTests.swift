import Foundation
import Testing

@Suite struct DescribeCommandTests {
  private func description() throws -> [String: [[String: Any]]] {
    let output = try Workplace().rlrun("describe", "--json")
    #expect(output.status == 0 && output.errors.isEmpty)
    let page = try #require(try JSONSerialization.jsonObject(with: Data(output.output.utf8)) as? [String: Any])
    return page.compactMapValues { $0 as? [[String: Any]] }
  }

  @Test func `everything there is is described, each hyperparameter with its domain`() throws {
    let page = try description()
    #expect(Set(page.keys) == ["agents", "commands", "environments", "models", "rules"])
    let types: Set = ["real", "integer", "flag", "choice", "widths", "directions", "columnGroups", "schedule"]
    for kind in ["agents", "models", "rules"] {
      for entry in page[kind] ?? [] {
        let hyperparameters = try #require(entry["hyperparameters"] as? [[String: Any]])
        for hyperparameter in hyperparameters {
          let domain = try #require(hyperparameter["domain"] as? [String: Any])
          #expect(types.contains(domain["type"] as? String ?? ""), "\(entry["name"] ?? "") \(hyperparameter)")
          #expect(hyperparameter.keys.contains("default_value") && hyperparameter["meaning"] is String)
        }
      }
    }
    let ppo = try #require(page["agents"]?.first { $0["name"] as? String == "ppo" })
    #expect((ppo["presets"] as? [String])?.contains("CartPole-v1") == true)
    #expect((ppo["best_presets"] as? [String])?.contains("CartPole-v1") == true)
    let world = try #require(page["environments"]?.first { $0["id"] as? String == "CartPole-v1" })
    #expect(world["action_space"] as? String == "Discrete(2)" && world["time_limit"] as? Int == 500)
    let train = try #require(page["commands"]?.first { $0["name"] as? String == "train" })
    let arguments = try #require(train["arguments"] as? [[String: Any]])
    let preset = try #require(arguments.first { ($0["names"] as? [String]) == ["--preset"] })
    #expect(preset["values"] as? [String] == ["default", "zoo", "best"])
  }

  @Test func `without JSON it lists the names`() throws {
    let output = try Workplace().rlrun("describe")
    #expect(output.status == 0)
    #expect(output.output.contains("agents: ppo, a2c") && output.output.contains("models: linear, ridge"))
  }
}
