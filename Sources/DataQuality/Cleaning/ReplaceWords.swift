import Datasets

/// Words within texts become others, wherever they stand alone.
package struct ReplaceWords: Repair {
  package static let name = "replace-words"
  package static let summary = "replace words within texts"
  package static let stage = RepairStage.spell
  package enum CodingKeys: String, CodingKey, CaseIterable { case column, words }

  package let column: String
  /// The old words and the new ones.
  package let words: [String: String]
  package var neededColumns: [String] { [column] }

  package func apply(to state: inout CleaningState) -> RepairOutcome {
    let before = state.column(column)
    guard let texts = before.words else { return .impossible("the column \(quoted(column)) holds no text") }
    let (replaced, changed) = texts.mapped(replaced)
    state.replace(column, before.with(replaced))
    return .changed(changed)
  }

  private func replaced(_ text: String) -> String {
    var (result, word) = ("", "")
    func flush() { result += words[word] ?? word }
    for character in text {
      if character.isLetter || character.isNumber {
        word.append(character)
      } else {
        flush()
        word = ""
        result.append(character)
      }
    }
    flush()
    return result
  }
}
