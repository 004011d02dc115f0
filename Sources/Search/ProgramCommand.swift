import Formats
import Runs
import Settings
import Tuning

/// The command line of a program that a search tries, with `{NAME}` where the value of a setting goes, and `{seed}`.
struct ProgramCommand: Sendable, Hashable {
  let words: [String]

  init(_ words: [String]) { self.words = words }

  /// Throws where a placeholder is no setting of the space, or a setting has no placeholder.
  func check(against space: SearchSpace) throws(ConfigurationError) {
    guard let program = words.first, !program.isEmpty else {
      throw ConfigurationError("name the program to try after --, as in -- ./train.sh --lr {lr}")
    }
    let names = space.parameters.map(\.name)
    let found = Set(words.flatMap { Self.placeholders(in: $0) })
    for name in found.sorted() where name != "seed" && !names.contains(name) {
      throw ConfigurationError("{\(name)} is no setting of the space" + (didYouMean(name, among: names) ?? ""))
    }
    if let unused = names.first(where: { !found.contains($0) }) {
      throw ConfigurationError("the program never gets the setting '\(unused)': write {\(unused)} where its value goes")
    }
  }

  /// With the values in their places. A setting that does not apply leaves its place empty.
  func words(_ values: [String: HyperparameterValue], seed: UInt64) -> [String] {
    words.map { word in
      var filled = ""
      var rest = word[...]
      while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
        let name = String(rest[rest.index(after: open)..<close])
        filled += rest[..<open]
        if name == "seed" {
          filled += "\(seed)"
        } else if Self.isName(name) {
          filled += values[name].map { "\($0)" } ?? ""
        } else {
          filled += rest[open...close]
        }
        rest = rest[rest.index(after: close)...]
      }
      return filled + rest
    }
  }

  private static func placeholders(in word: String) -> [String] {
    var names: [String] = []
    var rest = word[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      if isName(name) { names.append(name) }
      rest = rest[rest.index(after: close)...]
    }
    return names
  }

  /// Braces around anything else are the program's own.
  private static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter || first == "_" else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
  }
}
