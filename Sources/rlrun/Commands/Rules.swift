import ArgumentParser
import Debugger
import Formats
import Telemetry
import Tracker

struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "List the debugger's rules, or one rule's parameters.",
    discussion: """
      Example:
        rlrun rules
        rlrun rules Overfit

      Rules marked 'on' watch every run; the others fire on many sound runs too; enable them by --rules all or by their
      names.
      """, aliases: ["rule"])

  @Argument(help: "A rule.")
  var rule: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    guard let rule else { return try list() }
    let type = try RuleCatalogue.named(rule)
    let parameters = RuleCatalogue.documentation(of: type)
    if json { return try printJSON(parameters) }
    printPage("\(type.name): \(type.summary)\n")
    printPage("watches   \(type.watches.map(\.description).joined(separator: ", "))", hanging: 10)
    print("of        \(type.scope.rawValue)")
    printPage("Amazon    \(type.amazon?.threshold ?? "has no such rule")", hanging: 10)
    if parameters.isEmpty { return print("\nIt has no parameter.") }
    print("")
    printPage(TextTable(of: parameters, word: "parameter"))
  }

  private func list() throws {
    let defaults = RuleCatalogue.defaults
    if json {
      return try printJSON(
        RuleCatalogue.all.map { type in
          [
            "name": type.name, "summary": type.summary, "of": type.scope.rawValue,
            "default": defaults.contains { $0 == type } ? "on" : "off",
          ]
        })
    }
    var table = TextTable(["rule", "default", "fires when", "of"])
    for type in RuleCatalogue.all {
      table.add([type.name, defaults.contains { $0 == type } ? "on" : "off", type.summary, type.scope.rawValue])
    }
    printPage(table)
  }
}
