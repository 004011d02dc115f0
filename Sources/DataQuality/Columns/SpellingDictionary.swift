import CHunspell
import Glibc

/// A dictionary of the system's Hunspell.
final class SpellingDictionary {
  private let handle: OpaquePointer

  /// `base`: the dictionary's path without `.aff` and `.dic`. nil where it is not there.
  init?(_ base: String) {
    guard access(base + ".aff", R_OK) == 0, access(base + ".dic", R_OK) == 0 else { return nil }
    guard let handle = Hunspell_create(base + ".aff", base + ".dic") else { return nil }
    self.handle = handle
  }

  deinit { Hunspell_destroy(handle) }

  /// Also where it is spelled with a capital, as a name.
  func knows(_ word: String) -> Bool {
    Hunspell_spell(handle, word) != 0 || Hunspell_spell(handle, word.prefix(1).uppercased() + word.dropFirst()) != 0
  }

  /// The likeliest first.
  func suggestions(for word: String) -> [String] {
    var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    let count = Hunspell_suggest(handle, &list, word)
    defer { Hunspell_free_list(handle, &list, count) }
    return (0..<Int(max(0, count))).compactMap { place in list?[place].map { String(cString: $0) } }
  }
}
