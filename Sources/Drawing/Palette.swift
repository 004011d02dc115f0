/// Up to 255 colours that stand for all of a film: those of its shapes as they are, then the commonest blends of edges.
package struct Palette {
  /// `0xRRGGBB`
  package private(set) var colours: [UInt32]
  /// For six bits a channel the nearest colour; −1 where nobody has asked yet.
  private var nearest: [Int16]

  static let most = 255

  /// `flat`: the commonest first. `blends`: how often each bucket of `bucket(of:)` is seen, and a colour out of it.
  package init(flat: [UInt32], blends: [Int: (count: Int, colour: UInt32)]) {
    colours = Array(flat.prefix(Palette.most / 2))
    nearest = Array(repeating: -1, count: 1 << 18)
    var isTaken = Set(colours.map(Palette.bucket))
    // Ties are broken by the bucket, so that the same film gives the same palette.
    let common = blends.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
    for (bucket, blend) in common where colours.count < Palette.most && isTaken.insert(bucket).inserted {
      colours.append(blend.colour)
    }
    for (index, colour) in colours.enumerated().reversed() { nearest[Palette.bucket(of: colour)] = Int16(index) }
  }

  /// Six bits a channel.
  package static func bucket(of colour: UInt32) -> Int {
    Int(colour >> 18 & 63) << 12 | Int(colour >> 10 & 63) << 6 | Int(colour >> 2 & 63)
  }

  package mutating func index(of colour: UInt32) -> UInt8 {
    let bucket = Palette.bucket(of: colour)
    if nearest[bucket] < 0 {
      let best = colours.indices.min { Palette.distance(colours[$0], colour) < Palette.distance(colours[$1], colour) }
      nearest[bucket] = Int16(best!)
    }
    return UInt8(nearest[bucket])
  }

  private static func distance(_ one: UInt32, _ other: UInt32) -> Int {
    [16, 8, 0].reduce(0) { sum, shift in
      let difference = Int(one >> shift & 255) - Int(other >> shift & 255)
      return sum + difference * difference
    }
  }
}

extension Scene {
  /// The colours of background and shapes, each once, in their order.
  package var colours: [Colour] {
    var seen: Set<Colour> = []
    let all = shapes.map { shape in
      switch shape {
      case .polygon(_, let colour), .line(_, _, let colour), .circle(_, _, let colour), .text(_, _, _, let colour):
        colour
      }
    }
    return ([background] + all).filter { seen.insert($0).inserted }
  }
}
