import Settings

/// The points of a space as a list: a parameter's own values, and for each the combinations of what depends on it.
extension SearchSpace {
  /// How many points there are: nil where a range is continuous without a stated number of steps, and where there are
  /// more than an Int counts.
  package var gridSize: Int? {
    var size = 1
    for root in parameters where root.condition == nil {
      guard let count = combinations(of: root) else { return nil }
      let (product, overflows) = size.multipliedReportingOverflow(by: count)
      if overflows { return nil }
      size = product
    }
    return size
  }

  /// Point `index` of `gridSize`; the last parameter changes fastest.
  func gridPoint(_ index: Int) -> [String: HyperparameterValue] {
    var values: [String: HyperparameterValue] = [:]
    var rest = index
    for root in parameters.reversed() where root.condition == nil {
      let count = combinations(of: root)!
      assign(root, rest % count, &values)
      rest /= count
    }
    return values
  }

  private func children(of parameter: SearchParameter, at value: HyperparameterValue) -> [SearchParameter] {
    parameters.filter { child in
      child.condition.map { $0.parameter == parameter.name && $0.values.contains { $0.matches(value) } } ?? false
    }
  }

  private func combinations(of parameter: SearchParameter) -> Int? {
    guard let count = parameter.range.count else { return nil }
    let dependent = dependentIndices(of: parameter)
    var sum = count - dependent.count
    for index in dependent {
      guard let product = combinations(of: children(of: parameter, at: parameter.range.value(index))) else {
        return nil
      }
      let (more, overflows) = sum.addingReportingOverflow(product)
      if overflows { return nil }
      sum = more
    }
    return sum
  }

  private func combinations(of siblings: [SearchParameter]) -> Int? {
    var size = 1
    for sibling in siblings {
      guard let count = combinations(of: sibling) else { return nil }
      let (product, overflows) = size.multipliedReportingOverflow(by: count)
      if overflows { return nil }
      size = product
    }
    return size
  }

  /// The indices of those values that others depend on, in ascending order.
  private func dependentIndices(of parameter: SearchParameter) -> [Int] {
    let values = parameters.compactMap { $0.condition?.parameter == parameter.name ? $0.condition?.values : nil }
    return Set(values.joined().compactMap { parameter.range.index(of: $0) }).sorted()
  }

  private func assign(_ parameter: SearchParameter, _ index: Int, _ values: inout [String: HyperparameterValue]) {
    var rest = index
    // Values that nothing depends on count once; between them lie those that something does.
    var next = 0
    for dependent in dependentIndices(of: parameter) {
      let plain = dependent - next
      if rest < plain { break }
      rest -= plain
      let value = parameter.range.value(dependent)
      let siblings = children(of: parameter, at: value)
      let count = combinations(of: siblings)!
      if rest < count {
        values[parameter.name] = value
        for sibling in siblings.reversed() {
          let own = combinations(of: sibling)!
          assign(sibling, rest % own, &values)
          rest /= own
        }
        return
      }
      rest -= count
      next = dependent + 1
    }
    values[parameter.name] = parameter.range.value(next + rest)
  }
}

extension SearchRange {
  /// The number of a value among a choice's or a whole number's.
  func index(of value: HyperparameterValue) -> Int? {
    switch self {
    case .choice(let values): return values.firstIndex { $0.matches(value) }
    case .integer(let low, _, _, let step):
      guard contains(value), case .integer(let number) = value.normalized else { return nil }
      return (number - low) / step
    case .real, .widths: return nil
    }
  }
}
