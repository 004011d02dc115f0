import Testing

@testable import Formats
@testable import Settings

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("PPO", ["a2c", "dqn", "ppo"], "ppo"), ("Q-Learning", ["q_learning", "sarsa"], "q_learning"),
    ("cartpole v1", ["CartPole-v0", "CartPole-v1", "Acrobot-v1"], "CartPole-v1"),
    ("lr", ["learning_rate", "gamma", "tau"], "learning_rate"), ("bs", ["batch_size", "tau"], "batch_size"),
    ("gamma", ["params.gamma", "seed", "name"], "params.gamma"),
    ("gama", ["params.gamma", "seed", "name"], "params.gamma"),
    ("mean_reward", ["eval/mean_reward", "loss"], "eval/mean_reward"), ("trian", ["train", "tail", "trace"], "train"),
    ("a", ["A", "B"], "A"), (" k", ["k", "a"], "k"),
    ("learningRate", ["learning_rate", "learning_starts"], "learning_rate"),
    ("CartPole-v2", ["CartPole-v0", "CartPole-v1"], "CartPole-v1"), ("Name", ["name", "NAME", "Nam"], "name"),
  ])
  func `case, spaces, prefixes and initials come before letters`(word: String, names: [String], expected: String) {
    #expect(nearest(to: word, in: names) == expected)
  }

  @Test(arguments: [("", ["a"]), ("x", ["y"]), ("q", ["ab", "cd"]), ("wholly_other", ["gamma", "tau"]), ("a", [])])
  func `what is not near is not suggested`(word: String, names: [String]) {
    #expect(nearest(to: word, in: names) == nil)
  }

  @Test(arguments: [
    ("100000", 100_000), ("1e5", 100_000), ("100k", 100_000), ("2M", 2_000_000), ("1.5M", 1_500_000),
    ("1.1M", 1_100_000),
    ("1_000_000", 1_000_000), ("1G", 1_000_000_000), ("-3", -3), ("-1e3", -1000), ("1e18", 1_000_000_000_000_000_000),
    ("9223372036854775807", .max), ("-9223372036854775808", .min), ("0.5k", 500), ("+5", 5),
  ])
  func `whole numbers are read as people write them`(text: String, value: Int) { #expect(wholeNumber(text) == value) }

  @Test(arguments: [
    "", " ", "k", "1.5", "1e", "1e5k", "nan", "inf", "-inf", "0x10", "9223372036854775808", "1e19", "1e999", "1__0",
    "_1", "1_",
    "1 000", "1,000", "--1", "1kk", "0.0001k", "١",
  ])
  func `what is no whole number is none`(text: String) { #expect(wholeNumber(text) == nil) }
}
