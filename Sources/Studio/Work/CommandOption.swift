import Formats
import WebServer

/// An argument of a command, as `rlrun describe --json` says.
struct CommandOption {
  /// Without hyphens.
  let name: String
  let isFlag: Bool
  let isRepeating: Bool
  let help: String
  let valueName: String
  let standard: String
  /// Empty where anything goes.
  let choices: [String]

  /// nil for what is no option with a long name.
  init?(_ argument: JSONValue) {
    guard let long = argument["names"]?.list?.compactMap(\.text).first(where: { $0.hasPrefix("--") }),
      let kind = argument["kind"]?.text, kind != "positional"
    else { return nil }
    name = String(long.dropFirst(2))
    isFlag = kind == "flag"
    isRepeating = argument["is_repeating"] == .flag(true)
    help = argument["help"]?.text ?? ""
    valueName = argument["value_name"]?.text ?? ""
    standard = argument["default_value"]?.text ?? ""
    choices = argument["values"]?.list?.compactMap(\.text) ?? []
  }

  /// Whether it names a column of the data.
  var isColumn: Bool { valueName == "column" }

  /// `time-column` as a form calls it.
  var label: String {
    let words = name.replacing("-", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The words of a command line that give it the values of a form, checked where the program lists what there is.
  func words(_ values: [String], columns: [String]) throws(WebError) -> [String] {
    let values = values.map { $0.filter { !$0.isNewline } }.filter { !$0.isEmpty }
    if isFlag { return values.isEmpty ? [] : ["--\(name)"] }
    let allowed = isColumn ? columns : choices
    var words: [String] = []
    for value in isRepeating ? values : Array(values.prefix(1)) {
      if isColumn || !choices.isEmpty, !allowed.contains(value) {
        throw WebError(400, "\(label): there is no '\(value)' to choose")
      }
      // What begins with a hyphen would be another option; behind `=` it is a value.
      words += value.hasPrefix("-") ? ["--\(name)=\(value)"] : ["--\(name)", value]
    }
    return words
  }
}

/// A form made of what a command says of its arguments: every option that is not about files or the terminal.
struct CommandForm {
  let form: WebForm
  let options: [CommandOption]
  /// Of the chosen data.
  let columns: [String]
  /// Whether the command can go on as a job.
  let isJob: Bool

  /// What a page decides by itself, or has no use for: where files are read and written, how they are written, what is printed.
  private static let hidden: Set = [
    "store", "json", "version", "help", "detach", "queue", "dry-run", "html", "output", "plan", "plan-only",
    "no-header", "kind", "delimiter", "decimal", "encoding", "na", "no-na", "jobs",
  ]

  init(_ command: JSONValue?, _ form: WebForm, columns: [String]) {
    (self.form, self.columns) = (form, columns)
    let all = (command?["arguments"]?.list ?? []).compactMap { CommandOption($0) }
    isJob = all.contains { $0.name == "detach" }
    options = all.filter { !Self.hidden.contains($0.name) }
  }

  func words() throws(WebError) -> [String] {
    var words: [String] = []
    for option in options { words += try option.words(form.all(option.name), columns: columns) }
    return words
  }

  /// Those called `names`, in this order.
  func fields(_ names: [String]) -> [HTML] {
    names.compactMap { name in options.first { $0.name == name } }.map { option in
      "<label title=\"\(option.help)\"><span>\(option.label)</span>\(input(option))</label>\n"
    }
  }

  /// All others, with what they mean.
  func settings(except names: [String]) -> HTML {
    let rest = options.filter { !names.contains($0.name) }
    if rest.isEmpty { return "" }
    let all: [HTML] = rest.map { option in
      "<label><code>\(option.name)</code>\(input(option))<small>\(option.help)</small></label>\n"
    }
    return "<details><summary>More options</summary><div class=\"settings\">\(all)</div></details>"
  }

  private func input(_ option: CommandOption) -> HTML {
    let given = form.all(option.name)
    if option.isFlag {
      let mark: HTML = given.contains { !$0.isEmpty } ? " checked" : ""
      return "<input type=\"checkbox\" name=\"\(option.name)\" value=\"1\"\(mark)>"
    }
    let choices = option.isColumn ? columns : option.choices
    if choices.isEmpty {
      // A value's name that is the option's own tells nothing.
      let example = option.valueName == option.name ? "" : option.valueName.replacing("|", with: ", ")
      let placeholder = option.standard.isEmpty ? example : option.standard
      return
        "<input name=\"\(option.name)\" value=\"\(given.first ?? "")\" placeholder=\"\(placeholder)\" autocomplete=\"off\" spellcheck=\"false\">"
    }
    let all: [HTML] = choices.map { choice in
      let mark: HTML = given.contains(choice) ? " selected" : ""
      return "<option value=\"\(choice)\"\(mark)>\(choice)</option>"
    }
    if option.isRepeating { return "<select name=\"\(option.name)\" multiple size=\"4\">\(all)</select>" }
    return
      "<select name=\"\(option.name)\"><option value=\"\">\(option.standard.isEmpty ? "–" : option.standard)</option>\(all)</select>"
  }
}
