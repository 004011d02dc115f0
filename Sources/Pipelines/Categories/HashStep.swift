import Datasets
import Settings

/// scikit-learn's `FeatureHasher` of pairs of a column and a category.
struct HashStep: ColumnStep {
  static let name = "hash"
  static let summary = "categories to places that a hash of 'column=category' says, as sparse columns"
  static let hyperparameters: [Hyperparameter<HashStep>] = [
    .integer("n_features", \.features, .atLeast(1, limit: mostFeatures), "sparse columns"),
    .flag("alternate_sign", \.alternateSign, "half of the categories count −1"),
  ]
  static let texts =
    ColumnChoice.parameters(of: \HashStep.choice) + [.text("prefix", \.prefix, "names are this and a number from 0")]

  /// Each has a name.
  private static let mostFeatures = 1 << 24

  var features = 1 << 20
  var alternateSign = true
  var prefix = "hash_"
  var choice = ColumnChoice()

  struct Fitted: FittedStep {
    var columns: [String]
    var features: Int
    var alternateSign: Bool
    var prefix: String

    func transform(_ output: inout PipelineOutput) throws(PipelineError) {
      if columns.isEmpty { return }
      guard features >= 1, features <= HashStep.mostFeatures else { throw PipelineError("n_features is out of range") }
      let words = try output.words(of: columns)
      let places = zip(columns, words).map { column, words in words.levels.map { place("\(column)=\($0)") } }
      var matrix = SparseMatrix(columns: features)
      for row in 0..<output.rowCount {
        var elements: [(column: Int, value: Double)] = []
        for (words, places) in zip(words, places) where words.codes[row] >= 0 {
          elements.append(places[Int(words.codes[row])])
        }
        matrix.append(row: elements)
      }
      try output.drop(columns)
      try output.append(SparseColumns(names: (0..<features).map { prefix + "\($0)" }, matrix: matrix))
    }

    private func place(_ feature: String) -> (column: Int, value: Double) {
      let hash = murmur3(feature)
      // −2³¹ has no magnitude in 32 bits.
      let column =
        hash == .min ? (Int(Int32.max) - (features - 1)) % features : Int(hash.magnitude) % features
      return (column, alternateSign && hash < 0 ? -1 : 1)
    }
  }

  func fit(_ data: TrainingRows) throws(PipelineError) -> Fitted {
    Fitted(
      columns: try data.names(choice, kinds: [.category]), features: features, alternateSign: alternateSign,
      prefix: prefix)
  }
}

/// MurmurHash3 of 32 bits with the seed 0 (Appleby 2011), signed.
func murmur3(_ text: String) -> Int32 {
  let bytes = Array(text.utf8)
  var hash: UInt32 = 0
  func rotated(_ x: UInt32, _ by: UInt32) -> UInt32 { x << by | x >> (32 - by) }
  func scrambled(_ word: UInt32) -> UInt32 { rotated(word &* 0xcc9e_2d51, 15) &* 0x1b87_3593 }
  func word(_ place: Int, _ count: Int) -> UInt32 {
    (0..<count).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
  }
  let whole = bytes.count / 4 * 4
  for place in stride(from: 0, to: whole, by: 4) {
    hash = rotated(hash ^ scrambled(word(place, 4)), 13) &* 5 &+ 0xe654_6b64
  }
  if whole < bytes.count { hash ^= scrambled(word(whole, bytes.count - whole)) }
  hash ^= UInt32(truncatingIfNeeded: bytes.count)
  hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
  hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
  return Int32(bitPattern: hash ^ hash >> 16)
}
