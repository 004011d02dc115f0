import Foundation
import Testing

/// Numbers at the ends of what there is, sizes that no machine has, and a training that comes to nothing.
@Suite struct BoundsCommandTests {
  @Test(arguments: [
    (["net_arch=[1000000000]"], "'net_arch' takes at most 64 layers of at most 65536 units, not [1000000000]"),
    (["net_arch=[65536,65536,65536,65536,65536,65536]"], "lower net_arch or batch_size"),
    (["n_steps=1e18"], "'n_steps' takes a number up to 2147483647, not 1e+18"),
    (["n_steps=2147483647"], "one iteration of ppo would collect 2147483647 transitions"),
    (["n_epochs=1e18"], "'n_epochs' takes a number up to 1000, not 1e+18"),
    (["n_envs=1e18"], "'n_envs' takes a number up to 1000000, not 1e+18"),
    (["n_timesteps=1e18"], "'n_timesteps' takes a number up to 1000000000000000, not 1e+18"),
    (["n_steps=2000000000", "n_timesteps=1e15", "n_envs=100"], "ppo needs"),
  ])
  func `absurd settings of ppo are a sentence, at once`(settings: [String], sentence: String) throws {
    let workplace = try Workplace()
    let result = try workplace.run(
      "rlrun", ["train", "CartPole-v1"] + settings.flatMap { ["--set", $0] })
    #expect(result.status == 2)
    #expect(result.errors.contains(sentence), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("runs/default").path))
  }

  @Test(arguments: [
    ("sac", "Pendulum-v1", "buffer_size=1e18", "'buffer_size' takes a number up to 4294967295, not 1e+18"),
    ("ppo", "BipedalWalker-v3", "n_envs=1000000", "one iteration of ppo would collect"),
    ("td3", "Pendulum-v1", "batch_size=1000000", "net_arch or batch_size"),
    ("reinforce", "CartPole-v1", "n_episodes=1e18", "'n_episodes' takes a number up to 1000000"),
    ("sac", "Pendulum-v1", "gradient_steps=1e18", "'gradient_steps' takes a number up to 10000"),
  ])
  func `absurd settings of other agents too`(agent: String, environment: String, setting: String, words: String) throws
  {
    let workplace = try Workplace()
    let result = try workplace.rlrun(
      "train", environment, "--agent", agent, "--set", setting, "--set", "net_arch=[65536,65536]", "--steps", "1000")
    #expect(result.status == 2)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test(arguments: [("sac", "Pendulum-v1", "154.6 TB"), ("dqn", "CartPole-v1", "189.0 TB")])
  func `what trainings side by side need is said, and what there is`(
    agent: String, environment: String, bytes: String
  ) throws {
    let result = try Workplace().rlrun(
      "train", environment, "--agent", agent, "--set", "buffer_size=4294967295", "--steps", "1000", "--seeds", "1-1000",
      "--jobs", "1000")
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("rlrun: 1000 trainings side by side need "), "\(result.errors)")
    #expect(result.errors.contains("the replay buffer \(bytes) of it, and "), "\(result.errors)")
    #expect(result.errors.hasSuffix("are available: lower buffer_size, or run fewer at once\n"), "\(result.errors)")
  }

  @Test(arguments: [
    (["--jobs", "1e9"], "--jobs takes a whole number up to 1024, not 1000000000"),
    (["--threads", "100k"], "--threads takes a whole number up to 1024, not 100000"),
    (["--eval-episodes", "9223372036854775807"], "--eval-episodes takes a whole number up to 1000000"),
    (["--eval-freq", "9223372036854775807"], "--eval-freq takes a whole number up to 1000000000000000"),
    (["--watch-every", "9223372036854775807"], "--watch-every takes a whole number up to 1000000000000000"),
    (["--stop-reward", "inf"], "--stop-reward takes a finite number, not inf"),
    (["--max-time", "1e308h"], "The value '1e308h' is invalid for '--max-time"),
    (["--envs", "1e12"], "'n_envs' takes a number up to 1000000, not 1000000000000"),
    (["--steps", "1.5"], "The value '1.5' is invalid for '--steps"),
  ])
  func `absurd numbers for options are a sentence`(options: [String], sentence: String) throws {
    let result = try Workplace().run("rlrun", ["train", "CartPole-v1"] + options)
    #expect(result.status == 2)
    #expect(result.errors.contains(sentence), "\(result.errors)")
  }

  @Test func `numbers are written as people write them, in options, settings and files`() throws {
    let workplace = try Workplace()
    try workplace.write("n_steps: 1k\nnet_arch: [1e2, 64]\nbatch_size: 1e2\n", to: "c.yaml")
    let result = try workplace.rlrun(
      "train", "CartPole-v1", "--config", "c.yaml", "--steps", "2M", "--set", "n_epochs=1e1", "--envs", "4", "--dry-run"
    )
    #expect(result.status == 0)
    for line in ["n_timesteps: 2000000", "n_steps: 1000", "net_arch: [100, 64]", "batch_size: 100", "n_epochs: 10"] {
      #expect(result.output.contains(line + "\n") || result.output.hasSuffix(line), "\(line) in \(result.output)")
    }
  }

  @Test func `steps at both ends are recorded and read by every command`() throws {
    let workplace = try Workplace()
    let id = try workplace.rlrun("log", "--start", "a=1", "--step=-9223372036854775808").output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try workplace.rlrun("log", id, "a=2", "b=nan", "--step", "9223372036854775807").status == 0)
    let next = try workplace.rlrun("log", id, "a=3")
    #expect(next.status == 2)
    #expect(next.errors.contains("has a point at the greatest step there is, 9223372036854775807"), "\(next.errors)")
    for command in [
      ["show", id], ["debug", id], ["debug", id, "--rules", "all", "--when", "a > 0 for 1 points"], ["runs"],
      ["runs", "--csv"], ["plot", id, "--metric", "a"], ["plot", id, "--metric", "a", "--by", "time", "-o", "a.svg"],
      ["export", id], ["export", id, "--layout", "wide"], ["export", id, "--format", "jsonl"],
      ["export", id, "--format", "tensorboard", "-o", "events"], ["compare", id, "--metric", "a"],
      ["tail", id, "--no-follow"],
      ["diff", id, id], ["verify"], ["log", id, "--finish"], ["profile", id], ["reproduce", id], ["resume", id],
    ] {
      let result = try workplace.run("rlrun", command)
      #expect([0, 1, 2].contains(result.status), "\(command): \(result.status) \(result.errors)")
    }
  }

  @Test func `a policy that diverges is a failed run among the others, and status 1`() throws {
    let workplace = try Workplace()
    let result = try workplace.rlrun(
      "train", "Pendulum-v1", "--agent", "ppo", "--set", "learning_rate=1e30", "--set", "n_steps=64", "--steps", "640",
      "--eval-freq", "0", "--seeds", "1-3", "--jobs", "1", "--rules", "none")
    #expect(result.status == 1)
    #expect(result.errors.contains("seed 2: the policy has diverged (an action is NaN"), "\(result.errors)")
    let rows = result.output.split(separator: "\n").filter { $0.contains(" failed ") }
    #expect(rows.count == 3, "\(result.output)")
    #expect(result.output.contains("failed: the policy has diverged"), "\(result.output)")
    let single = try workplace.rlrun(
      "train", "Pendulum-v1", "--agent", "ppo", "--set", "learning_rate=1e30", "--set", "n_steps=64", "--steps", "640",
      "--eval-freq", "0", "--rules", "none")
    #expect(single.status == 1)
    #expect(single.errors.contains("rlrun: the policy has diverged"), "\(single.errors)")
  }

  @Test(arguments: [
    (["trian", "CartPole-v1"], "there is no command 'trian'; did you mean 'train'?"),
    (["Runs"], "there is no command 'Runs'; did you mean 'runs'?"),
    (["train", "CartPole-v1", "--agent", "PPO"], "there is no agent 'PPO'; did you mean 'ppo'?"),
    (["train", "cartpole v1"], "there is no environment 'cartpole v1'; did you mean 'CartPole-v1'?"),
    (["train", "CartPole-v1", "--set", "lr=0.1"], "there is no hyperparameter 'lr'; did you mean 'learning_rate'?"),
    (["train", "CartPole-v1", "--EVAL-FREQ", "5"], "Did you mean '--eval-freq'?"),
    (["fit", "x.csv", "--model", "MLP"], "Did you mean 'mlp'?"),
    (["agents", "Q-Learning"], "there is no agent 'Q-Learning'; did you mean 'q_learning'?"),
  ])
  func `what is misspelt is answered with what was meant`(arguments: [String], sentence: String) throws {
    let result = try Workplace().run("rlrun", arguments)
    #expect(result.status == 2)
    #expect(result.errors.contains(sentence), "\(result.errors)")
  }

  @Test func `a hyperparameter in a condition is found without its prefix, and an empty variable counts as unset`()
    throws
  {
    let workplace = try Workplace()
    try workplace.rlrun("log", "--start", "loss=1", "--param", "gamma=0.9")
    let result = try workplace.rlrun("runs", "--where", "gamma > 0.5")
    #expect(result.status == 2)
    #expect(result.errors.contains("no run has a field 'gamma'; did you mean 'params.gamma'?"), "\(result.errors)")
    let (process, output, errors) = try workplace.start(
      "/usr/bin/env", ["RLRUN_STORE=", Workplace.programs.appendingPathComponent("rlrun").path, "runs"])
    let listed = Workplace.finish(process, output, errors)
    #expect(listed.status == 0)
    #expect(listed.output.contains("program"), "\(listed.output) \(listed.errors)")
  }
}
