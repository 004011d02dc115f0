import Yams

/// A text read as YAML: its nodes, or one sentence about what is wrong with it and where.
package enum YAMLText {
  /// `place` is the text's source, with the line where there is one.
  package struct Problem: Error, Hashable {
    package var place: String
    package var sentence: String
  }

  /// A few lines of aliases of aliases stand for more values than any machine can hold.
  private static let mostValues = 100_000

  /// The node of a text, nil for an empty one. `source` names the text: a file's path, `--set`.
  package static func compose(_ yaml: String, source: String) throws(Problem) -> Node? {
    try requireAliasesAlone(yaml, source)
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      throw problem(error, yaml, source)
    }
    if let root {
      var left = mostValues
      count(root, &left)
      if left < 0 { throw Problem(place: source, sentence: "its aliases stand for more than \(mostValues) values") }
    }
    return root
  }

  /// `flow.yaml, line 3`
  package static func place(_ node: Node, _ source: String) -> String {
    node.mark.map { "\(source), line \($0.line)" } ?? source
  }

  /// A scalar as it is understood: quoted, it is text.
  package static func value(of scalar: Node.Scalar) -> HyperparameterValue {
    guard scalar.style == .any || scalar.style == .plain else { return .text(scalar.string) }
    switch scalar.string {
    case "true", "True": return .flag(true)
    case "false", "False": return .flag(false)
    case "null", "~", "", "None": return .none
    case let text: return Int(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .text(text)
    }
  }

  private static func problem(_ error: any Error, _ yaml: String, _ source: String) -> Problem {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return Problem(place: "\(source), line \(mark.line)", sentence: "malformed YAML, \(problem)")
    case .duplicatedKeysInMapping(let names, let context):
      // The error points at the mapping; the line to look at is the name's second one.
      let name = names.first ?? ""
      let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).indices(where: {
        $0.hasPrefix("\(name):")
      })
      let second = lines.ranges.flatMap(\.self).dropFirst().first.map { $0 + 1 }
      return Problem(
        place: "\(source), line \(second ?? context.mark.line)", sentence: "'\(name.prefix(100))' is given twice")
    default:
      return Problem(place: source, sentence: "malformed YAML")
    }
  }

  /// In a name before a colon an alias would be hashed with all that it stands for.
  private static func requireAliasesAlone(_ yaml: String, _ source: String) throws(Problem) {
    guard yaml.contains(#/(^|[^\p{L}\p{N}])&\S/#) else { return }
    for (number, line) in yaml.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard line.contains(#/(^|[\s\[{,?:])\*\S/#), !line.contains(#/^\s*\#/#) else { continue }
      let isAlone = line.wholeMatch(
        of: #/\s*(-\s+)*([^:?\[{*]+:\s+)?(\*[^\s,\[\]{}:]+|\[\s*\*[^\[\]{}:]*\])\s*(#.*)?/#)
      if isAlone == nil {
        throw Problem(
          place: "\(source), line \(number + 1)",
          sentence: "an alias stands alone after a colon or a dash, as '<<: *defaults'")
      }
    }
  }

  private static func count(_ node: Node, _ left: inout Int) {
    left -= 1
    if left < 0 { return }
    switch node {
    case .mapping(let mapping): for (_, value) in mapping where left >= 0 { count(value, &left) }
    case .sequence(let nodes): for value in nodes where left >= 0 { count(value, &left) }
    default: break
    }
  }
}
