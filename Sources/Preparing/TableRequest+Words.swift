import Datasets

extension TableRequest {
  /// How a CSV file is written, in the words that people write for it; nil where it is to be found out. `name`: what `delimiter` and
  /// the others are called where they were given, `--delimiter`. Throws for words that mean nothing.
  package init(
    delimiter: String?, decimal: String?, encoding: String?, missing: [String], notMissing: [String],
    name: (String) -> String
  ) throws(DataProblem) {
    func fail(_ problem: String) -> DataProblem { DataProblem(problem, status: .badUsage) }
    self.init(missing: missing, notMissing: notMissing)
    if let delimiter {
      let scalars = Array((delimiter == "tab" ? "\t" : delimiter).unicodeScalars)
      guard scalars.count == 1, scalars[0].isASCII, !"\"\r\n".unicodeScalars.contains(scalars[0]) else {
        throw fail(
          "\(name("delimiter")) takes one ASCII character that is no quote, or 'tab', not '\(delimiter)'")
      }
      self.delimiter = scalars[0]
    }
    if let decimal {
      let marks = ["point": DecimalMark.point, ".": .point, "comma": .comma, ",": .comma]
      guard let mark = marks[decimal] else {
        throw fail("\(name("decimal")) takes point or comma, not '\(decimal)'")
      }
      self.decimal = mark
    }
    if let encoding {
      guard let named = TextEncoding(named: encoding) else {
        throw fail(
          "\(name("encoding")) takes utf-8, utf-16, utf-16be, latin-1 or windows-1252, not '\(encoding)'")
      }
      self.encoding = named
    }
    if let mark = self.decimal, mark == .comma, self.delimiter == "," {
      throw fail("a comma cannot be the delimiter and the decimal mark")
    }
  }

  /// What a column is, by a word. Throws for a word that is no kind.
  package mutating func setKind(of column: String, _ word: String) throws(DataProblem) {
    guard let kind = AskedKind(word) else {
      throw DataProblem(
        "there is no kind '\(word)' of columns: \(AskedKind.names.joined(separator: ", "))", status: .badUsage)
    }
    kinds[column] = kind
  }
}
