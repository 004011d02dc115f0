import Glibc

/// A few numbers that tell images apart: how light and how varied each channel is, how its shades of grey are spread, and how
/// strong its edges are and which way they run.
package struct ImageFeatures {
  /// Shades of grey.
  package var bins: Int
  /// Edges are looked at in this many rows and columns of cells.
  package var cells: Int
  /// Directions of edges in half a turn.
  package var orientations: Int

  package init(bins: Int, cells: Int, orientations: Int) {
    (self.bins, self.cells, self.orientations) = (bins, cells, orientations)
  }

  /// What each number is: `mean`, `std_red`, `histogram_0`, `edges`, `edges_0_1_8` (row, column, direction).
  package func names(channels: Int) -> [String] {
    let suffixes = channels == 1 ? [""] : ["_red", "_green", "_blue"]
    let places = (0..<cells).flatMap { row in
      (0..<cells).flatMap { column in (0..<orientations).map { "edges_\(row)_\(column)_\($0)" } }
    }
    return suffixes.map { "mean\($0)" } + suffixes.map { "std\($0)" } + (0..<bins).map { "histogram_\($0)" } + ["edges"]
      + places
  }

  /// As many numbers as there are names.
  package func values(of image: ImageValues) -> [Double] {
    let count = Double(image.width * image.height)
    var (means, deviations): ([Double], [Double]) = ([], [])
    for channel in 0..<image.channels {
      let values = stride(from: channel, to: image.values.count, by: image.channels).lazy.map {
        Double(image.values[$0])
      }
      let mean = values.reduce(0, +) / count
      means.append(mean)
      deviations.append((values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot())
    }
    let grey = Self.grey(image)
    var histogram = [Double](repeating: 0, count: bins)
    for value in grey { histogram[min(bins - 1, max(0, Int(value * Double(bins))))] += 1 / count }
    let (edges, directions) = edges(grey, image.width, image.height)
    return means + deviations + histogram + [edges] + directions
  }

  private static func grey(_ image: ImageValues) -> [Double] {
    if image.channels == 1 { return image.values.map(Double.init) }
    return (0..<image.width * image.height).map { pixel in
      let (red, green, blue) = (image.values[3 * pixel], image.values[3 * pixel + 1], image.values[3 * pixel + 2])
      return 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)
    }
  }

  /// The mean length of the gradient (central differences), and its length summed by direction in each cell, scaled so that the
  /// squares of a cell's sums add up to 1, or to 0 where it has no edge: histograms of oriented gradients (Dalal and Triggs 2005).
  private func edges(_ grey: [Double], _ width: Int, _ height: Int) -> (mean: Double, directions: [Double]) {
    var sums = [Double](repeating: 0, count: cells * cells * orientations)
    var total = 0.0
    for y in 0..<height {
      for x in 0..<width {
        let dx = grey[y * width + min(width - 1, x + 1)] - grey[y * width + max(0, x - 1)]
        let dy = grey[min(height - 1, y + 1) * width + x] - grey[max(0, y - 1) * width + x]
        let length = (dx * dx + dy * dy).squareRoot()
        if length == 0 { continue }
        total += length
        let cell = y * cells / height * cells + x * cells / width
        // Edges have no sign: opposite gradients are one direction.
        sums[cell * orientations + Self.direction(dx, dy, orientations)] += length
      }
    }
    for cell in 0..<cells * cells {
      let range = cell * orientations..<(cell + 1) * orientations
      let norm = range.reduce(0) { $0 + sums[$1] * sums[$1] }.squareRoot()
      if norm > 0 { for place in range { sums[place] /= norm } }
    }
    return (total / Double(width * height), sums)
  }

  /// Of half a turn in so many parts; part 0 begins at 0°, a gradient to the right.
  private static func direction(_ dx: Double, _ dy: Double, _ parts: Int) -> Int {
    var angle = atan2(dy, dx)
    if angle < 0 { angle += .pi }
    if angle >= .pi { angle -= .pi }
    return min(parts - 1, Int(angle / .pi * Double(parts)))
  }
}
