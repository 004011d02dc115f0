import DataVersions
import Formats
import WebServer

/// What a form asks for, as a command line: every value is one that the program lists, or a word of its own behind `=`.
struct StartForm {
  enum Kind: String, CaseIterable {
    case train
    case fit
    case searchTrain = "search-train"
    case searchFit = "search-fit"
    case autopilot
    case `import`

    var title: String {
      switch self {
      case .train: "Train an agent"
      case .fit: "Fit a model"
      case .searchTrain: "Search for an agent"
      case .searchFit: "Search for a model"
      case .autopilot: "Autopilot"
      case .import: "Import runs"
      }
    }
    var isOfAgents: Bool { self == .train || self == .searchTrain }
    var isSearch: Bool { self == .searchTrain || self == .searchFit }
    /// Whether the form is what the command says of its arguments, rather than an agent's or a model's settings.
    var isCommand: Bool { self == .autopilot || self == .import }
    var needsData: Bool { self == .fit || self == .searchFit || self == .autopilot }
    var words: [String] { rawValue.split(separator: "-").map(String.init) }
  }

  let kind: Kind
  let form: WebForm
  let catalogue: ProgramDescription
  /// References of the store's data sets.
  let dataSets: [String]
  /// Columns of the chosen one.
  let columns: [String]

  init(_ form: WebForm, _ catalogue: ProgramDescription, dataSets: [String], columns: [String] = []) {
    kind = form["kind"].flatMap(Kind.init) ?? .train
    (self.form, self.catalogue, self.dataSets, self.columns) = (form, catalogue, dataSets, columns)
  }

  /// What the command says of its arguments.
  var command: CommandForm {
    get throws { CommandForm(try catalogue.entry("commands", kind.rawValue), form, columns: columns) }
  }

  /// Whether what is started goes on as a job.
  var isJob: Bool {
    get throws { try !kind.isCommand || command.isJob }
  }

  /// Files and folders on the server's machine, one a line.
  var paths: [String] {
    form.all("paths").flatMap { $0.split(whereSeparator: \.isNewline) }.map(String.init).filter {
      !$0.allSatisfy(\.isWhitespace)
    }
  }

  func value(_ name: String) -> String { (form[name] ?? standard(name)).filter { !$0.isNewline } }

  /// What a form has before anybody has typed.
  func standard(_ name: String) -> String { name == "seeds" && !kind.isSearch ? "1-3" : "" }

  /// The agent or the model.
  var subject: String {
    let asked = value(kind.isOfAgents ? "agent" : "model")
    return asked.isEmpty ? (kind.isOfAgents ? "ppo" : "gbdt") : asked
  }

  var environment: String { value("env").isEmpty ? "CartPole-v1" : value("env") }
  var data: String { value("data").isEmpty ? dataSets.first ?? "" : value("data") }

  /// The settings of the agent or model that is chosen.
  var settings: [JSONValue] {
    get throws {
      try catalogue.entry(kind.isOfAgents ? "agents" : "models", subject)?["hyperparameters"]?.list ?? []
    }
  }

  var environmentOptions: [JSONValue] {
    get throws { try catalogue.entry("environments", environment)?["options"]?.list ?? [] }
  }

  /// The command's words, without `rlrun` and without `--detach`.
  func words() throws -> [String] {
    if kind.isCommand { return try commandWords() }
    var words = kind.words
    if kind.isOfAgents {
      words.append(try target() + options())
      guard try catalogue.entry("agents", subject) != nil else { throw WebError(400, "there is no agent '\(subject)'") }
      words += ["--agent", subject]
      add("preset", to: &words)
      add("steps", to: &words)
      add("eval-freq", to: &words)
    } else {
      guard dataSets.contains(data) else { throw WebError(400, "choose one of the store's data sets") }
      words += ["data:" + data]
      guard try catalogue.entry("models", subject) != nil else { throw WebError(400, "there is no model '\(subject)'") }
      words += ["--model", subject]
      add("target", to: &words)
      if kind == .fit { add("folds", to: &words) }
    }
    if kind.isSearch {
      words += ["--space", "default"]
      add("trials", to: &words)
      add("sampler", to: &words)
      add("pruner", to: &words)
    }
    add("seeds", to: &words)
    add("experiment", to: &words)
    add("name", to: &words)
    add("max-time", to: &words)
    for setting in try settings {
      guard let name = setting["name"]?.text else { continue }
      let text = value("set." + name)
      if !text.isEmpty { words += ["--set", "\(name)=\(text)"] }
    }
    return words
  }

  private func commandWords() throws -> [String] {
    switch kind {
    case .import:
      if paths.isEmpty { throw WebError(400, "name the folder or the files to import") }
      // Behind ./ a name that begins with a hyphen is no option.
      return ["import"] + paths.map { $0.hasPrefix("-") ? "./" + $0 : $0 } + (try command.words())
    default:
      guard dataSets.contains(data) else { throw WebError(400, "choose one of the store's data sets") }
      if value("target").isEmpty { throw WebError(400, "choose the column to predict") }
      return ["autopilot", "data:" + data] + (try command.words())
    }
  }

  private func target() throws -> String {
    guard try catalogue.entry("environments", environment) != nil else {
      throw WebError(400, "there is no environment '\(environment)'")
    }
    return environment
  }

  /// `:name=value,…`
  private func options() throws -> String {
    let set = try environmentOptions.compactMap { option -> String? in
      guard let name = option["name"]?.text else { return nil }
      let text = value("option." + name)
      if text.contains(",") || text.contains(":") { throw WebError(400, "an option's value has no , and no :") }
      return text.isEmpty ? nil : "\(name)=\(text)"
    }
    return set.isEmpty ? "" : ":" + set.joined(separator: ",")
  }

  /// What begins with a hyphen would be another option; behind `=` it is a value.
  private func add(_ name: String, to words: inout [String]) {
    let text = value(name)
    if text.isEmpty { return }
    if text.hasPrefix("-") { words.append("--\(name)=\(text)") } else { words += ["--\(name)", text] }
  }
}
