import ArgumentParser
import Foundation

/// A program's manual page in man's macros (man(7)), made from what its commands say of themselves.
struct ManualPage {
  let text: String

  init(of program: (some ParsableCommand).Type, version: String) throws {
    let command = try CommandDescription(of: program)
    var page = Page()
    page.macro("TH", [command.commandName.uppercased(), "1", "", "\(command.commandName) \(version)", "User Commands"])
    page.section("NAME")
    page.line("\(command.commandName) \\- \(Page.escaped(command.abstract ?? ""))")
    page.section("SYNOPSIS")
    page.line("\\fB\(Page.escaped(command.commandName))\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]...")
    page.section("DESCRIPTION")
    page.paragraphs(command.discussion)
    page.section("COMMANDS")
    for subcommand in command.subcommands ?? [] where subcommand.isShown {
      for command in subcommand.withSubcommands { page.command(command, of: program._commandName) }
    }
    page.section("ENVIRONMENT")
    page.item("RLRUN_STORE", "The folder of the runs, unless --store names one.")
    page.item("RLRUN_SYSTEM_METRICS", "0: runs do not record the machine's metrics, system/*.")
    page.item("COLUMNS, LINES", "The size of the terminal, in place of the one it reports.")
    page.item("NO_COLOR", "Without colours, where it is set and not empty.")
    page.item("TERM", "With \"dumb\" neither colours nor a bar that is redrawn.")
    page.item("OPENBLAS_NUM_THREADS", "Threads per matrix product; 1 where seeds train in parallel.")
    page.section("EXIT STATUS")
    page.item("0", "Done.")
    page.item("1", "The work failed, or something is damaged.")
    page.item("2", "The command was not understood.")
    page.item("130", "Interrupted; 'rlrun resume' continues it.")
    text = page.text
  }
}

/// Lines of a page.
private struct Page {
  private(set) var text = ""

  mutating func line(_ line: String) {
    // A control character at the beginning would make of a line a request.
    text += (line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line + "\n"
  }

  mutating func macro(_ name: String, _ words: [String] = []) {
    text += ([".\(name)"] + words.map { "\"\(Self.escaped($0).replacing("\"", with: "\\(dq"))\"" }).joined(
      separator: " ")
    text += "\n"
  }

  mutating func section(_ title: String) { macro("SH", [title]) }

  mutating func item(_ term: String, _ words: String) {
    macro("TP")
    line("\\fB\(Self.escaped(term))\\fR")
    line(Self.escaped(words))
  }

  /// Running text; what is indented stays as it is.
  mutating func paragraphs(_ text: String?) {
    var isExample = false
    for paragraph in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
      let isIndented = paragraph.hasPrefix(" ")
      if isIndented != isExample { macro(isIndented ? "EX" : "EE") }
      isExample = isIndented
      if paragraph.isEmpty { macro("PP") } else { line(Self.escaped(String(paragraph))) }
    }
    if isExample { macro("EE") }
  }

  mutating func command(_ command: CommandDescription, of program: String) {
    let arguments = (command.arguments ?? []).filter { argument in
      argument.shouldDisplay && !(argument.names ?? []).contains { ["help", "version"].contains($0.name) }
    }
    macro("SS", ["\(program) \(command.commandName)"])
    line(Self.escaped(command.abstract ?? ""))
    macro("PP")
    let words = arguments.map(Self.synopsis).joined(separator: " ")
    line("\\fB\(Self.escaped(program)) \(Self.escaped(command.commandName))\\fR \(words)")
    if let aliases = command.aliases, !aliases.isEmpty {
      macro("PP")
      line("Also called \(Self.escaped(aliases.joined(separator: ", "))).")
    }
    macro("PP")
    paragraphs(command.discussion)
    for argument in arguments {
      macro("TP")
      line(Self.term(argument))
      let allowed = (argument.abstract ?? "").contains("default:") ? nil : argument.defaultValue
      let sentence = [argument.abstract, argument.discussion].compactMap(\.self).joined(separator: " ")
      line(Self.escaped(sentence + (allowed.map { $0.isEmpty ? "" : " (default: \($0))" } ?? "")))
    }
  }

  private static func term(_ argument: CommandDescription.Argument) -> String {
    let value = argument.valueName ?? "value"
    if argument.kind == "positional" { return "\\fI\(escaped(value))\\fR" }
    let names = (argument.names ?? []).map { "\\fB\(escaped($0.written))\\fR" }.joined(separator: ", ")
    return argument.kind == "flag" ? names : names + " \\fI\(escaped(value))\\fR"
  }

  private static func synopsis(_ argument: CommandDescription.Argument) -> String {
    let name = (argument.names ?? []).first { $0.kind == "long" } ?? argument.names?.first
    let value = "\\fI\(escaped(argument.valueName ?? "value"))\\fR"
    var words = name.map { "\\fB\(escaped($0.written))\\fR" + (argument.kind == "option" ? " " + value : "") } ?? value
    if argument.isOptional { words = "[\(words)]" }
    return words + (argument.isRepeating ? "..." : "")
  }

  static func escaped(_ text: String) -> String {
    // Not every man reads UTF-8.
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").unicodeScalars.map { scalar in
      scalar.isASCII ? String(scalar) : "\\[u\(String(format: "%04X", scalar.value))]"
    }.joined()
  }
}
