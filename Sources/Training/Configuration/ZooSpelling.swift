import Runs
import Settings
import Telemetry
import Yams

/// Settings as RL Baselines3 Zoo spells them, in the names and values that agents have here.
///
/// What has another spelling is translated (`policy_kwargs: "dict(net_arch=[64, 64])"`, `ent_coef: auto_0.1`,
/// `activation_fn: nn.ReLU`), what there is nothing for is listed; all else is left as it is.
struct ZooSpelling {
  private(set) var values: [String: HyperparameterValue] = [:]
  /// `use_sde (there is no state-dependent exploration)`: what is not used, and why.
  private(set) var ignored: [String] = []
  private let known: Set<String>
  private let source: String

  /// `known`: the agent's hyperparameters. Throws `ConfigurationError` where a value is none that a setting has.
  init(_ pairs: [(name: String, value: Node)], known: [String], source: String) throws(ConfigurationError) {
    self.known = Set(known)
    self.source = source
    for (name, node) in pairs { try take(name, node) }
  }

  private mutating func take(_ name: String, _ node: Node) throws(ConfigurationError) {
    switch name {
    case "policy": takePolicy(node)
    case "policy_kwargs": try takeKeywords(node)
    case "normalize" where node.scalar?.string.hasPrefix("dict") == true: try takeNormalization(node)
    case "ent_coef", "target_entropy": try takeAutomatic(name, node)
    default:
      if let reason = Self.unused[name], !known.contains(name) {
        // Off is what there is anyway.
        if !["False", "false"].contains(node.scalar?.string) { ignored.append("\(name) (\(reason))") }
      } else {
        values[name] = try YAMLValues.value(node, source: source)
      }
    }
  }

  /// What a training in the zoo knows besides the agents' own, and what to do instead.
  private static let unused: [String: String] = {
    let exploration = "there is no state-dependent exploration"
    let wrapper = "wrap the environment: ENV:option=value, see 'rlrun env ENV'"
    return [
      "use_sde": exploration, "sde_sample_freq": exploration, "use_sde_at_warmup": exploration,
      "env_wrapper": wrapper, "vec_env_wrapper": wrapper, "frame_stack": "take ENV:frame_stack=N",
      "normalize": "take ENV:normalize_observation=true,normalize_reward=true",
      "normalize_kwargs": "see 'rlrun env ENV'", "env_kwargs": "take ENV:option=value", "monitor_kwargs": "of Monitor",
      "callback": "there are --stop-reward, --patience and --on instead",
      "noise_type": "the agent has a policy that is random",
      "noise_std": "the agent has a policy that is random", "optimize_memory_usage": "the buffer is compact",
      "replay_buffer_class": "there is one replay buffer", "replay_buffer_kwargs": "there is one replay buffer",
      "action_noise": "take noise_type and noise_std", "device": "the processor", "verbose": "see --json",
    ]
  }()

  private mutating func takePolicy(_ node: Node) {
    guard let text = node.scalar?.string, text != "MlpPolicy", text != "MultiInputPolicy" else { return }
    ignored.append("policy: \(text) (networks are multilayer perceptrons)")
  }

  /// `auto`, `auto_0.1`: learnt, from 1 or 0.1 on.
  private mutating func takeAutomatic(_ name: String, _ node: Node) throws(ConfigurationError) {
    guard let text = node.scalar?.string, text.hasPrefix("auto"), known.contains(name) else {
      values[name] = try YAMLValues.value(node, source: source)
      return
    }
    values[name] = HyperparameterValue.none
    guard text != "auto" else { return }
    guard let start = Double(text.dropFirst("auto_".count)), known.contains("initial_\(name)") else {
      throw ConfigurationError(
        "\(YAMLText.place(node, source)): '\(name)' takes a number, auto or auto_0.1, not \(text)")
    }
    values["initial_\(name)"] = .number(start)
  }

  /// `dict(norm_obs=True, norm_reward=False)`: both or none is what `normalize` says.
  private mutating func takeNormalization(_ node: Node) throws(ConfigurationError) {
    let entries = try keywords("normalize", node)
    func isOn(_ key: String) -> Bool { !entries.contains(.init(key: key, value: .flag(false))) }
    let both = isOn("norm_obs") && isOn("norm_reward")
    if both && known.contains("normalize") {
      values["normalize"] = .flag(true)
    } else if isOn("norm_obs") || isOn("norm_reward") {
      let options = [("norm_obs", "normalize_observation=true"), ("norm_reward", "normalize_reward=true")]
      ignored.append("normalize (take ENV:\(options.filter { isOn($0.0) }.map(\.1).joined(separator: ",")))")
    }
    for entry in entries where !["norm_obs", "norm_reward"].contains(entry.key) {
      ignored.append("normalize's \(entry.key)")
    }
  }

  private func keywords(_ name: String, _ node: Node) throws(ConfigurationError) -> [PythonLiteral.Entry] {
    guard let text = node.scalar?.string, case .dictionary(let entries)? = PythonLiteral(text) else {
      throw ConfigurationError("\(YAMLText.place(node, source)): '\(name)' takes \"dict(name=value, …)\"")
    }
    return entries
  }

  private mutating func takeKeywords(_ node: Node) throws(ConfigurationError) {
    if case .mapping(let pairs) = node {
      for (key, value) in pairs { try take(key.scalar?.string ?? "", value) }
      return
    }
    for entry in try keywords("policy_kwargs", node) {
      guard let value = Self.value(of: entry) else {
        ignored.append(
          "policy_kwargs' \(entry.key)\(entry.key == "net_arch" ? " (all networks have the same widths)" : "")")
        continue
      }
      // `n_quantiles` and others are of algorithms that there are not.
      if known.contains(entry.key) { values[entry.key] = value } else { ignored.append("policy_kwargs' \(entry.key)") }
    }
  }

  /// nil for what has no value here.
  private static func value(of entry: PythonLiteral.Entry) -> HyperparameterValue? {
    if entry.key == "net_arch" { return widths(entry.value).map { .integers($0) } }
    switch entry.value {
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .flag(let value): return .flag(value)
    case .none: return HyperparameterValue.none
    case .text(let value): return .text(value)
    // `nn.ReLU`, `th.nn.Tanh`
    case .name(let value): return .text((value.split(separator: ".").last.map(String.init) ?? value).lowercased())
    case .list, .dictionary: return nil
    }
  }

  /// `[64, 64]`, `dict(pi=[64], vf=[64])`, or the older `[dict(pi=[64], vf=[64])]`, where both are alike.
  private static func widths(_ value: PythonLiteral) -> [Int]? {
    switch value {
    case .list(let items) where items.count == 1:
      if case .dictionary = items[0] { return widths(items[0]) }
      fallthrough
    case .list(let items):
      let widths = items.compactMap { item -> Int? in if case .integer(let width) = item { width } else { nil } }
      return widths.count == items.count ? widths : nil
    case .dictionary(let entries):
      let all = entries.map { widths($0.value) }
      guard let first = all.first, all.allSatisfy({ $0 == first }) else { return nil }
      return first
    default: return nil
    }
  }
}
