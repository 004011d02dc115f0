import Datasets

extension Preparation {
  /// Which columns of a table the columns are made of that the pipeline makes: those whose values, in another order, make others.
  /// It is tried, whatever the steps are; a column that is as it was is left out.
  func sources(of names: [String], in table: Table) -> [String: [String]] {
    let count = min(table.rowCount, Self.mostRowsTried)
    guard count > 1, inputs.count <= Self.mostColumnsTried else { return [:] }
    let some = table.rows((0..<count).map { $0 * table.rowCount / count })
    guard let before = try? prepared(some) else { return [:] }
    var found: [String: [String]] = [:]
    for input in inputs {
      var isChanged: Set<String> = []
      for shift in Set([1, count / 3 + 1]) {
        let moved = some.rows((0..<count).map { ($0 + shift) % count })
        guard let column = try? moved.column(input),
          let after = try? prepared(
            Table(zip(some.names, some.columns).map { ($0, $0 == input ? column : $1) }))
        else { continue }
        for name in names where !isChanged.contains(name) {
          guard let (old, new) = try? (before.column(name), after.column(name)) else { continue }
          if (0..<count).contains(where: { old.text(at: $0) != new.text(at: $0) }) { isChanged.insert(name) }
        }
      }
      for name in isChanged { found[name, default: []].append(input) }
    }
    return found.filter { $1 != [$0] }
  }

  private static let mostRowsTried = 200, mostColumnsTried = 300
}
