import Formats
import WebServer

/// A form that starts work, made of what the program says of agents, environments and models.
struct StartPage {
  let form: StartForm
  let commands: Commands
  var error: String?

  func page(_ frame: PageFrame) throws -> String {
    var frame = frame
    (frame.title, frame.place, frame.scripts) = (form.kind.title, .start, ["work.js"])
    let tabs: [HTML] = StartForm.Kind.allCases.map { kind in
      let mark: HTML = kind == form.kind ? " aria-current=\"page\"" : ""
      return "<a href=\"/start?kind=\(kind.rawValue)\"\(mark)>\(kind.title)</a>"
    }
    let wrong: HTML = error.map { "<p class=\"error\" role=\"alert\">\($0)</p>" } ?? ""
    return frame.page(
      """
      <div class="title"><h1>Start</h1><nav class="tabs" aria-label="Kinds of work">\(tabs)</nav></div>
      \(wrong)<form class="start" id="start" method="post" action="/start"><input type="hidden" name="kind" value="\(form.kind.rawValue)">
      \(try form.kind.isCommand ? commandFields() : agentFields())
      \(try foot())</form>
      """)
  }

  private func agentFields() throws -> HTML {
    "<div class=\"fields\">\(try subject())\(common)</div>\(try settings())"
  }

  /// Of a command whose options are its form.
  private func commandFields() throws -> HTML {
    let command = try form.command
    let first: [String]
    let subject: HTML
    switch form.kind {
    case .import:
      first = ["experiment", "agent", "environment", "seed", "name"]
      subject = """
        <label class="tall"><span>Files or folders on this server's machine, one a line</span>
        <textarea name="paths" rows="3" spellcheck="false" placeholder="/home/me/logs">\(form.paths.joined(separator: "\n"))</textarea></label>
        """
    default:
      if form.dataSets.isEmpty { return noData }
      first = ["target", "time", "preset", "metric", "task", "experiment", "name"]
      subject = select("data", "Data", form.dataSets, chosen: form.data, reloads: true)
    }
    return "<div class=\"fields\">\(subject)\(command.fields(first))</div>\(command.settings(except: first))"
  }

  private var noData: HTML {
    "<p class=\"empty\">There is no data set in this store yet: add one with <code>rlrun data add NAME FILE</code>.</p>"
  }

  private func field(_ name: String, _ label: String, _ input: HTML) -> HTML {
    "<label><span>\(label)</span>\(input)</label>"
  }

  private func text(_ name: String, _ label: String, placeholder: String = "") -> HTML {
    let shown = form.value(name)
    return field(
      name, label,
      "<input name=\"\(name)\" value=\"\(shown)\" placeholder=\"\(placeholder)\" autocomplete=\"off\" spellcheck=\"false\">"
    )
  }

  /// `reloads`: another choice has other settings.
  private func select(_ name: String, _ label: String, _ options: [String], chosen: String, reloads: Bool = false)
    -> HTML
  {
    let all: [HTML] = options.map { option in
      let mark: HTML = option == chosen ? " selected" : ""
      let label = option.isEmpty ? "default" : option
      return "<option value=\"\(option)\"\(mark)>\(label)</option>"
    }
    let reload: HTML = reloads ? " data-reload" : ""
    return field(name, label, "<select name=\"\(name)\"\(reload)>\(all)</select>")
  }

  private func names(_ kind: String) throws -> [String] {
    try form.catalogue.entries(kind).compactMap { ($0["name"] ?? $0["id"])?.text }
  }

  private func subject() throws -> HTML {
    if form.kind.isOfAgents {
      let agent = try form.catalogue.entry("agents", form.subject)
      let presets = [("zoo", "presets"), ("best", "best_presets")].filter { _, list in
        agent?[list]?.list?.contains(.text(form.environment)) ?? false
      }.map(\.0)
      return """
        \(select("env", "Environment", try names("environments"), chosen: form.environment, reloads: true))
        \(select("agent", "Agent", try names("agents"), chosen: form.subject, reloads: true))
        \(select("preset", "Preset", [""] + presets, chosen: form.value("preset")))
        \(text("steps", "Steps", placeholder: "the preset's, else 1,000,000"))
        \(text("eval-freq", "Evaluate every", placeholder: "10,000 steps"))
        """
    }
    if form.dataSets.isEmpty { return noData }
    let folds: HTML = form.kind == .fit ? text("folds", "Folds", placeholder: "none") : ""
    return """
      \(select("data", "Data", form.dataSets, chosen: form.data, reloads: true))
      \(select("model", "Model", try names("models"), chosen: form.subject, reloads: true))
      \(select("target", "Target", [""] + form.columns, chosen: form.value("target")))\(folds)
      """
  }

  private var common: HTML {
    let search: HTML =
      form.kind.isSearch
      ? """
      \(text("trials", "Trials", placeholder: "50"))
      \(select("sampler", "Sampler", ["", "tpe", "sobol", "random", "grid"], chosen: form.value("sampler")))
      \(select("pruner", "Pruner", ["", "none", "median", "asha"], chosen: form.value("pruner")))
      """ : ""
    return """
      \(search)\(text("seeds", "Seeds", placeholder: form.kind.isSearch ? "0-2" : "0"))
      \(text("experiment", "Experiment", placeholder: "default"))
      \(text("name", "Name", placeholder: "none"))
      \(text("max-time", "At most", placeholder: "90s, 10m, 2h"))
      """
  }

  private func settings() throws -> HTML {
    let own: [HTML] = try form.settings.map { setting($0, prefix: "set.", meaning: $0["meaning"]?.text ?? "") }
    let options: [HTML] =
      try form.kind.isOfAgents
      ? form.environmentOptions.map { option in
        let meaning = (option["meaning"]?.text ?? "") + (option["accepts"]?.text.map { ": " + $0 } ?? "")
        return setting(option, prefix: "option.", meaning: meaning)
      } : []
    let more: HTML =
      options.isEmpty
      ? ""
      : "<details><summary>Options of \(form.environment)</summary><div class=\"settings\">\(options)</div></details>"
    let isOpen: HTML = form.kind.isSearch ? "" : " open"
    return """
      <details\(isOpen)><summary>Settings of \(form.subject)</summary><div class="settings">\(own)</div></details>
      \(more)
      """
  }

  private func setting(_ setting: JSONValue, prefix: String, meaning: String) -> HTML {
    let name = setting["name"]?.text ?? ""
    let usual = setting["default_value"].map(Self.plain) ?? ""
    let domain = setting["domain"]
    let id = prefix + name
    let current = form.form[id] ?? ""
    let input: HTML
    switch domain?["type"]?.text {
    case "flag": input = choice(id, ["true", "false"], current, usual)
    case "choice": input = choice(id, domain?["choices"]?.list?.map(Self.plain) ?? [], current, usual)
    default:
      let range = setting["range"]?.text ?? ""
      input =
        "<input name=\"\(id)\" value=\"\(current)\" placeholder=\"\(usual)\" title=\"\(range)\" autocomplete=\"off\" spellcheck=\"false\">"
    }
    return "<label><code>\(name)</code>\(input)<small>\(meaning)</small></label>"
  }

  private func choice(_ id: String, _ values: [String], _ current: String, _ usual: String) -> HTML {
    let all: [HTML] = values.map { value in
      let mark: HTML = value == current ? " selected" : ""
      return "<option\(mark)>\(value)</option>"
    }
    return "<select name=\"\(id)\"><option value=\"\">\(usual)</option>\(all)</select>"
  }

  /// As the command line takes it.
  static func plain(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .flag(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .number(let number): shortest(number)
    case .text(let text): text
    case .list(let list): "[" + list.map(plain).joined(separator: ",") + "]"
    case .object: ""
    }
  }

  private func foot() throws -> HTML {
    let isJob = try form.isJob
    let command: String
    do {
      command = commands.shown(try form.words() + (isJob ? ["--detach"] : []))
    } catch let error as WebError where error.status == 400 {
      // What is missing yet; the page's script says the same while the form is filled.
      command = error.message
    }
    let queue: HTML = isJob ? "<button name=\"when\" value=\"queue\">Queue behind what runs</button>" : ""
    return """
      <div class="command"><pre id="command" tabindex="0" aria-label="The equivalent command">\(command)</pre>
      <button type="button" class="quiet" data-copy="command">Copy</button></div>
      <p class="tools"><button name="when" value="now" class="main">Start</button>
      \(queue)
      <button formaction="/start" formmethod="get" class="quiet" data-noscript>Show the form anew</button></p>
      """
  }
}
