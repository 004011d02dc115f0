/// How an image gets another size.
package enum ImageResizing: String, CaseIterable, Codable, Sendable {
  /// A pixel is the mean of the area that it covers.
  case area
  /// A pixel is a mean whose weights fall linearly to 0 at the next pixels' centers, of the old size or of the new, whichever
  /// pixels are larger.
  case bilinear

  /// Weights of old places, from `first` on, for each new one; each sums to 1.
  func weights(from length: Int, to newLength: Int) -> [(first: Int, weights: [Double])] {
    let scale = Double(length) / Double(newLength)
    return (0..<newLength).map { place in
      let raw: (first: Int, weights: [Double])
      switch self {
      case .area:
        let (start, end) = (Double(place) * scale, Double(place + 1) * scale)
        let (first, last) = (Int(start), min(length, Int(end.rounded(.up))))
        raw = (first, (first..<max(last, first + 1)).map { min(end, Double($0 + 1)) - max(start, Double($0)) })
      case .bilinear:
        let width = max(scale, 1)
        let center = (Double(place) + 0.5) * scale
        let (first, last) = (max(0, Int(center - width + 0.5)), min(length, Int(center + width + 0.5)))
        raw = (first, (first..<max(last, first + 1)).map { max(0, 1 - abs(Double($0) + 0.5 - center) / width) })
      }
      let sum = raw.weights.reduce(0, +)
      return (raw.first, raw.weights.map { $0 / sum })
    }
  }
}

/// Pixels as numbers from 0 to 1.
package struct ImageValues: Hashable, Sendable {
  package let width: Int
  package let height: Int
  package let channels: Int
  /// `[height, width, channels]`.
  package let values: [Float]

  /// All pixels of an image, in grey or in red, green, blue.
  package init(_ pixels: ImagePixels, isGrey: Bool) {
    let bytes: [UInt8] =
      isGrey ? pixels.grey : pixels.channels == 3 ? pixels.bytes : pixels.bytes.flatMap { [$0, $0, $0] }
    self.init(
      width: pixels.width, height: pixels.height, channels: isGrey ? 1 : 3, values: bytes.map { Float($0) / 255 })
  }

  init(width: Int, height: Int, channels: Int, values: [Float]) {
    precondition(values.count == width * height * channels)
    (self.width, self.height, self.channels, self.values) = (width, height, channels, values)
  }

  /// Of another size, first along lines and then across them.
  package func resized(width newWidth: Int, height newHeight: Int, by method: ImageResizing) -> ImageValues {
    if (newWidth, newHeight) == (width, height) { return self }
    var lines = [Float](repeating: 0, count: height * newWidth * channels)
    let across = method.weights(from: width, to: newWidth)
    for y in 0..<height {
      for (x, (first, weights)) in across.enumerated() {
        for channel in 0..<channels {
          var sum = 0.0
          for (place, weight) in weights.enumerated() {
            sum += weight * Double(values[(y * width + first + place) * channels + channel])
          }
          lines[(y * newWidth + x) * channels + channel] = Float(sum)
        }
      }
    }
    let size = newWidth * channels
    var result = [Float](repeating: 0, count: newHeight * size)
    for (y, (first, weights)) in method.weights(from: height, to: newHeight).enumerated() {
      for x in 0..<size {
        var sum = 0.0
        for (place, weight) in weights.enumerated() { sum += weight * Double(lines[(first + place) * size + x]) }
        result[y * size + x] = Float(sum)
      }
    }
    return ImageValues(width: newWidth, height: newHeight, channels: channels, values: result)
  }
}
