/// Finds places among ascending numbers, by a table of where even steps of their range begin.
struct SortedSearch {
  private let sorted: [Double]
  private let starts: [Int32]
  private let low: Double
  private let scale: Double

  /// Of one number or more.
  init(_ sorted: [Double]) {
    self.sorted = sorted
    low = sorted[0]
    let cells = 4 * sorted.count
    let width = sorted[sorted.count - 1] - low
    let scale = width > 0 && width.isFinite ? Double(cells) / width : 0
    self.scale = scale.isFinite ? scale : 0
    var starts = [Int32](repeating: 0, count: cells + 2)
    // The last number in the cells before each one.
    for (place, value) in sorted.enumerated() {
      let cell = Self.cell(value, low, self.scale, cells)
      starts[cell + 1] = Int32(place)
    }
    for cell in 1..<starts.count { starts[cell] = max(starts[cell], starts[cell - 1]) }
    self.starts = starts
  }

  @inline(__always)
  private static func cell(_ value: Double, _ low: Double, _ scale: Double, _ cells: Int) -> Int {
    Int(max(0, min(Double(cells), (value - low) * scale)))
  }

  /// The last place whose number is not above `value`; 0 where all are.
  @inline(__always)
  func last(notAbove value: Double) -> Int {
    let cell = Self.cell(value, low, scale, starts.count - 2)
    var (first, end) = (Int(starts[cell]), Int(starts[cell + 1]))
    while first < end {
      let middle = (first + end + 1) / 2
      if sorted[middle] <= value { first = middle } else { end = middle - 1 }
    }
    return first
  }
}
