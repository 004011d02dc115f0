extension Preprocessing {
  /// What makes of rows the features of a model that was fitted earlier: its columns in its order, and further levels of
  /// categories behind its own. `table` is the one that this was fitted to.
  ///
  /// Throws where the columns or classes are others than the earlier ones.
  package func continuing(_ earlier: Preprocessing, table: Table) throws(DatasetError) -> Preprocessing {
    guard target?.classes == earlier.target?.classes else {
      throw .unsuitable(
        "The earlier model predicts \(Self.kind(of: earlier.target)), and '\(target?.column ?? "")' has "
          + "\(Self.kind(of: target)): both must be the same")
    }
    let known = Set(earlier.columns.map(\.name))
    if let other = columns.first(where: { !known.contains($0.name) }) {
      throw .unsuitable(
        "The earlier model has no column '\(other.name)', and all columns must be its own: leave '\(other.name)' out of "
          + "the features (--drop \(other.name))")
    }
    let own = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.encoding) })
    var result = self
    result.columns = []
    for column in earlier.columns {
      guard let encoding = own[column.name] else {
        // Without a value in the training rows, or not there.
        let found = try self.column(column, of: table)
        guard found.kind == .missing || found.kind == column.encoding.kind else {
          throw .wrongKind(column: column.name, expected: column.encoding.kind, found: found.kind)
        }
        result.columns.append(column)
        continue
      }
      guard encoding.kind == column.encoding.kind else {
        throw .wrongKind(column: column.name, expected: column.encoding.kind, found: encoding.kind)
      }
      result.columns.append(EncodedColumn(name: column.name, encoding: column.encoding.adding(encoding.levels ?? [])))
    }
    result.leftOut = leftOut.filter { !known.contains($0) }
    return result
  }

  private static func kind(of target: TargetEncoding?) -> String {
    guard let classes = target?.classes else { return "numbers" }
    let shown = classes.prefix(4).map { "'\($0)'" }.joined(separator: ", ")
    return "\(classes.count) classes (\(shown)\(classes.count > 4 ? ", …" : ""))"
  }
}

extension ColumnEncoding {
  /// With further levels behind its own, where it is a code of levels.
  fileprivate func adding(_ levels: [String]) -> ColumnEncoding {
    guard case .code(let own) = self else { return self }
    let known = Set(own)
    return .code(levels: own + levels.filter { !known.contains($0) })
  }
}
