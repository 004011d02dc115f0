import Foundation

/// The names of metrics' columns beside the columns `taken`: a metric called like one of these, or like one that is spelt
/// out so, is `metric/NAME`, so that no two columns of a file share a name.
package func metricColumns(_ metrics: [String], beside taken: [String]) -> [String] {
  // Readers may leave out spaces around a name.
  func bare(_ name: String) -> String { name.trimmingCharacters(in: .whitespacesAndNewlines) }
  var used = Set(taken.map(bare))
  let own = Dictionary(grouping: metrics, by: bare).mapValues(\.count)
  return metrics.map { metric in
    var name = metric
    while used.contains(bare(name)) || name != metric && own[bare(name)] != nil { name = "metric/" + name }
    used.insert(bare(name))
    return name
  }
}
