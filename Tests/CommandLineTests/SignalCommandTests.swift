import Foundation
import Testing

/// `--watch`, and where time goes.
@Suite struct SignalCommandTests {
  @Test func `watched tensors are recorded, and a profile tells where time went`() throws {
    let workplace = try Workplace()
    let trained = try workplace.rlrun(
      "train", "CartPole-v1", "--steps", "1000", "--set", "n_steps=250", "--eval-freq", "500", "--watch",
      "signals/adv*", "--watch-every", "500", "--seed", "1")
    #expect(trained.status == 0, "\(trained.errors)")
    let csv = try workplace.rlrun("export", "latest", "--format", "csv").output
    #expect(csv.contains(",signals/advantages/p95,1000,") && !csv.contains("signals/rewards"))
    let text = try workplace.rlrun("profile", "latest")
    #expect(text.status == 0, "\(text.errors)")
    for phase in ["environment", "policy", "update", "logging", "evaluation", "checkpoint", "other"] {
      #expect(text.output.contains("\n\(phase) "), "\(phase)")
    }
    let json = try workplace.rlrun("profile", "latest", "--json").output
    let profile = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let phases = try #require(profile["phases"] as? [[String: Any]])
    let shares = phases.compactMap { $0["share"] as? Double }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9 && profile["iterations"] as? Int == 4)
  }

  @Test(arguments: [
    (["--watch", "wights/*"], "'wights/*' matches no tensor of ppo"),
    (["--watch-every=-1"], "--watch-every takes a whole number ≥ 0, not -1"),
    (["--watch", "*", "--watch-every", "0"], "--watch records tensors, and --watch-every 0 turns that off"),
  ])
  func `what cannot be watched is one sentence`(arguments: [String], sentence: String) throws {
    let workplace = try Workplace()
    let result = try workplace.run("rlrun", ["train", "CartPole-v1", "--steps", "100"] + arguments)
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("rlrun: \(sentence)"), "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try workplace.rlrun("runs").output.hasPrefix("No run") || workplace.rlrun("runs").status != 0)
  }
}
