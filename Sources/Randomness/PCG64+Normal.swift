import Glibc

extension PCG64 {
  /// A standard normal number: NumPy's `standard_normal()`, by the ziggurat of Marsaglia and Tsang (2000) with 256 layers of
  /// doubles, as Doornik (2005) draws from it.
  ///
  /// ```swift
  /// var generator = PCG64(seed: 123)
  /// print(generator.standardNormal())  // -0.9891213503478509
  /// ```
  public mutating func standardNormal() -> Double {
    while true {
      let word = next()
      let layer = Int(word & 0xff)
      let isNegative = word >> 8 & 1 == 1
      let share = word >> 9 & 0xf_ffff_ffff_ffff
      let size = Double(share) * Double(bitPattern: NormalLayers.widths[layer])
      let number = isNegative ? -size : size
      if share < NormalLayers.limits[layer] { return number }
      if layer == 0 {
        let beyond = NormalLayers.tail + beyondTheTail()
        return share >> 8 & 1 == 1 ? -beyond : beyond
      }
      let (outer, inner) = (
        Double(bitPattern: NormalLayers.heights[layer - 1]), Double(bitPattern: NormalLayers.heights[layer])
      )
      if (outer - inner) * random() + inner < exp(-0.5 * number * number) { return number }
    }
  }

  /// A draw from the tail, as its distance from where that begins.
  private mutating func beyondTheTail() -> Double {
    while true {
      let distance = -NormalLayers.inverseTail * log1p(-random())
      let height = -log1p(-random())
      if height + height > distance * distance { return distance }
    }
  }
}
