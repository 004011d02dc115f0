import Settings

/// Which features may be split by above one leaf: those that a group has all of.
struct InteractionConstraints {
  /// Groups of places among the binned features; none where any features may interact.
  let groups: [Set<Int>]

  /// `columns` are the groups of features; those that are binned keep their places. Throws for a feature there is not.
  init(_ columns: [[Int]], binned: [BinnedRows.Feature], features: Int) throws(HyperparameterError) {
    if let wrong = columns.joined().first(where: { $0 >= features }) {
      throw HyperparameterError(
        "'interaction_constraints' has the feature \(wrong), and there are \(features), counted from 0")
    }
    groups = columns.map { group in
      Set(binned.indices.filter { group.contains(binned[$0].column) })
    }
  }

  /// Those of `features` that a leaf may be split by, below splits by `used`.
  func allowed(_ features: [Int], below used: [Int]) -> [Int] {
    if groups.isEmpty { return features }
    let open = groups.filter { group in used.allSatisfy(group.contains) }
    return features.filter { feature in used.contains(feature) || open.contains { $0.contains(feature) } }
  }

  /// `0,1;2,3`, or as LightGBM has it `[0,1],[2,3]`; nil for what is neither.
  static func groups(in text: String) -> [[Int]]? {
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    let body = isBracketed ? String(text.dropFirst().dropLast()).replacing(/\]\s*,\s*\[/, with: ";") : text
    var groups: [[Int]] = []
    for part in body.split(separator: ";", omittingEmptySubsequences: false) {
      let words = part.split(separator: ",", omittingEmptySubsequences: false)
      let group = words.compactMap { Int($0.filter { $0 != " " }) }
      guard group.count == words.count, group.allSatisfy({ $0 >= 0 }) else { return nil }
      groups.append(group)
    }
    return groups
  }
}

extension Hyperparameter {
  /// Groups of columns, counted from 0; none by default.
  static func columnGroups(_ name: String, _ path: Path<[[Int]]>, _ meaning: String) -> Self {
    Self(
      name: name, meaning: meaning, domain: .optional(.columnGroups),
      get: { owner in
        let groups = owner[keyPath: path]
        return groups.isEmpty
          ? .none : .text(groups.map { $0.map(String.init).joined(separator: ",") }.joined(separator: ";"))
      },
      set: { owner, value throws(HyperparameterError) in
        let groups: [[Int]]? =
          switch value {
          case .none: []
          case .integer(let column) where column >= 0: [[column]]
          case .integers(let columns) where columns.allSatisfy { $0 >= 0 }: columns.isEmpty ? [] : [columns]
          case .text(let text): InteractionConstraints.groups(in: text)
          default: nil
          }
        guard let groups else {
          throw HyperparameterError("'\(name)' takes groups of columns counted from 0, as 0,1;2,3, not \(value)")
        }
        owner[keyPath: path] = groups
      })
  }
}
