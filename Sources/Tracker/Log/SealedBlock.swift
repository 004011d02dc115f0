/// Points of one series as a sealed segment keeps them: in the order of recording, as columns.
struct SealedBlock {
  var series: Int64 = 0
  /// Stretches of points that no Checkpoint and no Resume frame divides: the number of the first Metrics frame they
  /// come from, and how many they are. What a Resume frame hides, it hides by these numbers.
  var pieces: [(number: UInt64, count: Int)] = []
  var steps: [Int] = []
  var times: [Int64] = []
  var values: [Double] = []

  var count: Int { values.count }

  /// The payload of a Block frame; its number is the first piece's.
  func encode(into bytes: inout [UInt8]) {
    bytes.append(varint: pieces[0].number)
    bytes.append(varint: UInt64(series))
    bytes.append(varint: UInt64(pieces.count))
    for (i, piece) in pieces.enumerated() {
      if i > 0 { bytes.append(varint: piece.number - pieces[i - 1].number) }
      bytes.append(varint: UInt64(piece.count))
    }
    bytes.appendShortest(steps.map(Int64.init))
    bytes.appendShortest(times)
    bytes.appendShortest(values)
  }

  /// Replaces all by the payload's, which begins behind the number of its first piece.
  mutating func decode(_ bytes: [UInt8], _ range: Range<Int>, first: UInt64) throws(DecodingFailure) {
    var reader = ByteReader(bytes, range)
    guard let series = Int64(exactly: try reader.varint()) else { throw DecodingFailure() }
    self.series = series
    pieces.removeAll(keepingCapacity: true)
    var (number, total) = (first, 0)
    let pieceCount = try reader.count()
    while pieces.count < pieceCount {
      if !pieces.isEmpty {
        let (next, isOverflow) = number.addingReportingOverflow(try reader.varint())
        guard !isOverflow else { throw DecodingFailure() }
        number = next
      }
      let count = try reader.count()
      guard count > 0, count <= LogFormat.blockCapacity - total else { throw DecodingFailure() }
      total += count
      pieces.append((number, count))
    }
    try reader.integers(total, into: &steps)
    try reader.integers(total, into: &times)
    try reader.floats(total, into: &values)
    try reader.finish()
  }

  /// Whether `other` is the same bit for bit.
  func isIdentical(to other: SealedBlock) -> Bool {
    series == other.series && steps == other.steps && times == other.times
      && pieces.elementsEqual(other.pieces) { $0 == $1 }
      && values.elementsEqual(other.values) { $0.bitPattern == $1.bitPattern }
  }
}

/// The least, greatest and mean finite value of consecutive points.
struct PointSummary {
  var count = 0
  var firstStep = 0
  var lastStep = 0
  /// NaN if no value is finite, as are `maximum` and `mean`.
  var minimum = Double.nan
  var maximum = Double.nan
  var mean = Double.nan
  /// Values that are NaN or infinite; the other three are of the rest.
  var nonFinite = 0

  init() {}

  init(_ steps: ArraySlice<Int>, _ values: ArraySlice<Double>) {
    count = values.count
    firstStep = steps.first ?? 0
    lastStep = steps.last ?? 0
    var (low, high, sum, finite) = (Double.infinity, -Double.infinity, 0.0, 0)
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
      sum += value
      finite += 1
    }
    nonFinite = count - finite
    guard finite > 0 else { return }
    (minimum, maximum) = (low, high)
    // A sum beyond the greatest float would be no mean.
    let mean = sum / Double(finite)
    self.mean = mean.isFinite ? mean : values.reduce(0) { $1.isFinite ? $0 + $1 / Double(finite) : $0 }
  }

  /// Takes the points that follow into one.
  mutating func extend(by next: PointSummary) {
    if count == 0 {
      self = next
      return
    }
    let (mine, others) = (Double(count - nonFinite), Double(next.count - next.nonFinite))
    if mine == 0 {
      (minimum, maximum, mean) = (next.minimum, next.maximum, next.mean)
    } else if others > 0 {
      minimum = min(minimum, next.minimum)
      maximum = max(maximum, next.maximum)
      mean += (next.mean - mean) * (others / (mine + others))
    }
    count += next.count
    nonFinite += next.nonFinite
    lastStep = next.lastStep
  }
}
