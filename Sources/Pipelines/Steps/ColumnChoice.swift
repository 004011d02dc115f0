import Datasets
import Settings
import Telemetry

/// The columns that a step is for: by names and patterns with `*`, by kinds, or, where neither is given, all of the kinds the
/// step takes; less some. Give it to a step of your own as a property, and list its three parameters with `parameters(of:)`.
///
///     let choice = ColumnChoice(columns: ["width", "length.*"], except: ["length.total"])
///     print(choice.columns)  // ["width", "length.*"]
package struct ColumnChoice: Hashable, Sendable {
  package var columns: [String]
  package var kinds: [ColumnKind]
  package var except: [String]

  package init(columns: [String] = [], kinds: [ColumnKind] = [], except: [String] = []) {
    (self.columns, self.kinds, self.except) = (columns, kinds, except)
  }

  /// `columns`, `kinds` and `except`.
  package static func parameters<Owner>(
    of path: WritableKeyPath<Owner, ColumnChoice> & Sendable
  ) -> [TextParameter<Owner>] {
    let own: [TextParameter<ColumnChoice>] = [
      .list("columns", \.columns, "names or patterns as 'x*'"),
      .words("kinds", \.kinds, "all columns of these kinds"),
      .list("except", \.except, "names or patterns of columns to leave alone"),
    ]
    return own.map { $0.at(path) }
  }

  func names(in table: Table, target: String?, default kinds: [ColumnKind]) throws(PipelineError) -> [String] {
    let candidates = table.names.filter { $0 != target }
    var chosen: Set<String> = []
    for pattern in columns {
      if pattern == target {
        throw PipelineError("the column '\(pattern)' is the target, which no step may change", status: .badUsage)
      }
      chosen.formUnion(try Self.matches(pattern, candidates))
    }
    let wanted = columns.isEmpty && self.kinds.isEmpty ? kinds : self.kinds
    for (name, column) in zip(table.names, table.columns) where wanted.contains(column.kind) && name != target {
      chosen.insert(name)
    }
    for pattern in except {
      chosen.subtract(NamePattern(pattern).isName ? [pattern] : candidates.filter(NamePattern(pattern).matches))
    }
    return candidates.filter(chosen.contains)
  }

  /// The names that a pattern stands for. Throws where there are none.
  static func matches(_ pattern: String, _ names: [String]) throws(PipelineError) -> [String] {
    if names.contains(pattern) { return [pattern] }
    let compiled = NamePattern(pattern)
    if compiled.isName { throw .missingColumn(pattern, among: names) }
    let found = names.filter(compiled.matches)
    if found.isEmpty { throw PipelineError("no column matches '\(pattern)'", status: .badUsage) }
    return found
  }
}
