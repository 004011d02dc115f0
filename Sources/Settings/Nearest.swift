/// The candidate that `word` most probably stands for, or nil where none is near.
///
/// In this order: the same but for case, spaces, hyphens and underscores (`PPO`, `learningRate`); the last part of a longer
/// name (`gamma` of `params.gamma`); the initials of its words (`lr` of `learning_rate`); the least typing errors, at most
/// half of the letters. Of equally near ones the last in order, so that of two versions the newer one is named.
package func nearest(to word: String, in candidates: [String]) -> String? {
  let meant = letters(of: word)
  if meant.isEmpty { return nil }
  let same = candidates.filter { letters(of: $0) == meant }
  // Of names that differ in case alone the one with the fewest wrong letters.
  if !same.isEmpty { return closest(to: word, in: same).map(\.name) }
  if let whole = candidates.filter({ parts(of: $0).dropFirst().contains { letters(of: $0) == meant } }).max() {
    return whole
  }
  if meant.count >= 2, let spelled = candidates.filter({ initials(of: $0) == meant }).max() { return spelled }
  // Each under its own letters and under those of its last parts.
  let spellings = candidates.flatMap { name in
    parts(of: name).map { (String(decoding: letters(of: $0), as: UTF8.self), name) }
  }
  let names = Dictionary(spellings) { max($0, $1) }
  guard let best = closest(to: String(decoding: meant, as: UTF8.self), in: Array(names.keys)),
    best.distance <= max(2, meant.count / 2), best.distance < max(meant.count, best.name.utf8.count)
  else { return nil }
  return names[best.name]
}

/// `; did you mean 'CartPole-v1'?`, the end of a sentence about an unknown name; nil where none is near.
package func didYouMean(_ word: String, among candidates: [String]) -> String? {
  nearest(to: word, in: candidates).map { "; did you mean '\($0)'?" }
}

private func closest(to word: String, in candidates: [String]) -> (name: String, distance: Int)? {
  candidates.map { (name: $0, distance: editDistance(Array(word.utf8), Array($0.utf8))) }
    .min { ($0.distance, $1.name) < ($1.distance, $0.name) }
}

/// In lower case, without spaces, hyphens and underscores.
private func letters(of name: String) -> [UInt8] {
  name.lowercased().utf8.filter { ![UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "_")].contains($0) }
}

/// `params.gamma` is `params` and `gamma`, `train/loss` is `train` and `loss`, and so on; the later ones in whole.
private func parts(of name: String) -> [String] {
  var parts = [name]
  for index in name.indices where name[index] == "." || name[index] == "/" {
    parts.append(String(name[name.index(after: index)...]))
  }
  return parts
}

/// `lr` of `learning_rate`.
private func initials(of name: String) -> [UInt8] {
  let words = name.lowercased().split { " -_./".contains($0) }
  return words.count < 2 ? [] : words.flatMap { Array($0.prefix(1).utf8) }
}

/// The optimal string alignment distance: insertions, deletions, substitutions, and neighbours that have changed places
/// (Damerau 1964).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var (beforeLast, last) = ([Int](), Array(0...b.count))
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, beforeLast[j - 1] + 1) }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
