import Formats

/// K-means of numbers in a row (Lloyd 1982).
enum SortedClusters {
  /// The centres, ascending, after iterations from the given ones: until no number changes its centre, or the centres hardly
  /// move, 300 at most, as scikit-learn's `KMeans` stops.
  static func centers(of sorted: [Double], from start: [Double]) -> [Double] {
    let mean = mean(sorted)
    let values = sorted.map { $0 - mean }
    var sums = [0.0]
    for value in values { sums.append(sums[sums.count - 1] + value) }
    let tolerance = 1e-4 * variance(values)
    var centers = start.map { $0 - mean }
    var last: [Int] = []
    for _ in 0..<300 {
      centers.sort()
      // The numbers of a centre are those between its neighbours' middles.
      var ends = zip(centers, centers.dropFirst()).map { left, right in values.firstPlace(above: (left + right) / 2) }
      ends.append(values.count)
      var moved = centers
      var empty: [Int] = []
      var begin = 0
      for (cluster, end) in ends.enumerated() {
        if end > begin {
          moved[cluster] = (sums[end] - sums[begin]) / Double(end - begin)
        } else {
          empty.append(cluster)
        }
        begin = max(begin, end)
      }
      if !empty.isEmpty { relocate(empty, values, sums, ends, centers, &moved) }
      let shift = zip(moved, centers).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      centers = moved
      if ends == last || shift <= tolerance { break }
      last = ends
    }
    return centers.sorted().map { $0 + mean }
  }

  /// Gives each empty centre the number that is farthest from its own, and takes it from there.
  private static func relocate(
    _ empty: [Int], _ values: [Double], _ sums: [Double], _ ends: [Int], _ centers: [Double], _ moved: inout [Double]
  ) {
    var owner = [Int](repeating: 0, count: values.count)
    var begin = 0
    var members = [Int](repeating: 0, count: ends.count)
    var totals = [Double](repeating: 0, count: ends.count)
    for (cluster, end) in ends.enumerated() where end > begin {
      for place in begin..<end { owner[place] = cluster }
      (members[cluster], totals[cluster]) = (end - begin, sums[end] - sums[begin])
      begin = end
    }
    func distance(_ place: Int) -> Double { (values[place] - centers[owner[place]]).magnitude }
    let farthest = values.indices.sorted { distance($0) > distance($1) }
    for (cluster, place) in zip(empty, farthest) {
      let old = owner[place]
      totals[old] -= values[place]
      members[old] -= 1
      if members[old] > 0 { moved[old] = totals[old] / Double(members[old]) }
      moved[cluster] = values[place]
    }
  }
}

extension [Double] {
  /// Of sorted values: the first above `limit`.
  fileprivate func firstPlace(above limit: Double) -> Int {
    var (first, end) = (0, count)
    while first < end {
      let middle = (first + end) / 2
      if self[middle] > limit { end = middle } else { first = middle + 1 }
    }
    return first
  }
}
