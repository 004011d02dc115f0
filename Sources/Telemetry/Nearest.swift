/// The candidate with the smallest edit distance to `word`, if it is near enough to be what was meant; of equally near
/// ones the last in order, so that of two versions the newer one is named.
package func nearest(to word: String, in candidates: [String]) -> String? {
  let best = candidates.map { (name: $0, distance: editDistance(Array(word.utf8), Array($0.utf8))) }
    .min { ($0.distance, $1.name) < ($1.distance, $0.name) }
  guard let best, best.distance <= max(2, word.utf8.count / 2) else { return nil }
  return best.name
}

/// `; did you mean 'CartPole-v1'?`, the end of a sentence about an unknown name; nil where none is near.
package func didYouMean(_ word: String, among candidates: [String]) -> String? {
  nearest(to: word, in: candidates).map { "; did you mean '\($0)'?" }
}

/// Levenshtein's distance: insertions, deletions and substitutions.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      (diagonal, row[j + 1]) = (row[j + 1], min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1)))
    }
  }
  return row[b.count]
}
