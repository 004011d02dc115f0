/// `1-10`, `1,2,5`, `3`: seeds in the order given.
package struct SeedList: Hashable, Sendable {
  package let values: [UInt64]

  /// nil for a text that is no list of seeds.
  package init?(_ text: String) {
    var values: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
      switch bounds.count {
      case 1:
        guard let seed = bounds[0] else { return nil }
        values.append(seed)
      case 2:
        guard let low = bounds[0], let high = bounds[1], low <= high, high - low < 100_000 else { return nil }
        values.append(contentsOf: low...high)
      default:
        return nil
      }
    }
    self.values = values
  }
}
