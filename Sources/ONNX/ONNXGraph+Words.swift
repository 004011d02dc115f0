import Foundation

/// Columns of words: a missing value is the empty text.
extension ONNXGraph {
  /// The place of each word among `levels`, counted from 0; `missing` for a missing one and `unknown` for one that is not among
  /// them. `[n]`
  package func places(of words: ONNXValue, among levels: [String], missing: Int, unknown: Int) -> ONNXValue {
    var keys = WordKeys()
    for (place, level) in levels.enumerated() { keys.add(level, place) }
    keys.add("", missing)
    return add(
      "LabelEncoder", words, domain: Self.machineLearning,
      attributes: [
        "keys_strings": .texts(keys.words), "values_int64s": .integers(keys.values), "default_int64": .integer(unknown),
      ])
  }

  /// Each of `kept` as it is, a missing word missing, and `replacement` for all others. `[n]`
  package func words(_ words: ONNXValue, keeping kept: [String], others replacement: String) -> ONNXValue {
    var keys = WordKeys()
    for (place, word) in kept.enumerated() { keys.add(word, place) }
    keys.add("", -1)
    return add(
      "LabelEncoder", words, domain: Self.machineLearning,
      attributes: [
        "keys_strings": .texts(keys.words), "values_strings": .texts(keys.values.map { $0 < 0 ? "" : kept[$0] }),
        "default_string": .text(replacement),
      ])
  }

  /// Whether each word is missing. `[n]`
  package func isMissing(_ words: ONNXValue) -> ONNXValue {
    cast(places(of: words, among: [], missing: 1, unknown: 0), to: .bool)
  }

  /// Rows of a table, by their numbers. An index that it does not have ends a prediction with an error that names `refusal`.
  package func rows(_ indices: ONNXValue, of table: ONNXTensor, refusal: String? = nil) -> ONNXValue {
    add("Gather", constant(table), indices, name: refusal.map { fresh($0) }, attributes: ["axis": .integer(0)])
  }
}

/// Words by their bytes, as ONNX compares them. Here those that look alike are one, however they are composed.
private struct WordKeys {
  var words: [String] = []
  var values: [Int] = []
  private var seen: Set<[UInt8]> = []

  mutating func add(_ word: String, _ value: Int) {
    for form in [word, word.precomposedStringWithCanonicalMapping, word.decomposedStringWithCanonicalMapping]
    where seen.insert(Array(form.utf8)).inserted {
      words.append(form)
      values.append(value)
    }
  }
}
