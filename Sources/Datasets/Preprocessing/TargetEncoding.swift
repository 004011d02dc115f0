/// What is to be predicted: a number, a class, or quantiles of a number. A model lists the tasks it does; a fit whose target column
/// could be for several is told one.
///
/// ```swift
/// print(PredictionTask.allCases.map(\.rawValue))  // ["regression", "classification", "quantile"]
/// ```
public enum PredictionTask: String, Codable, Sendable, CaseIterable {
  case regression, classification, quantile
}

/// How the target column becomes numbers or class indices.
package struct TargetEncoding: Codable, Hashable, Sendable {
  package let column: String
  /// The class labels as they are written, in sorted order, numbers by size and others by their Unicode scalars; nil for a
  /// regression. Of several spellings of True, of False or of one number it is the most frequent.
  package let classes: [String]?
  /// The shares, ascending, whose quantiles of the number are predicted; nil for another task.
  package let quantiles: [Double]?

  package var task: PredictionTask {
    classes != nil ? .classification : quantiles != nil ? .quantile : .regression
  }
  /// How many numbers a model makes of a row: one for each class or quantile.
  package var outputs: Int { classes?.count ?? quantiles?.count ?? 1 }

  /// The kind to read the target column with. Labels that are whole numbers are still numbers there.
  let kind: ColumnKind
  /// nil in fits of earlier versions: labels that are numbers are not as they are written.
  private var labelsAreWritten: Bool?

  /// Of a model that was fitted elsewhere; `classes` are nil for numbers.
  package init(column: String, classes: [String]?) {
    (self.column, self.classes, quantiles) = (column, classes, nil)
    (kind, labelsAreWritten) = (classes == nil ? .number : .category, true)
  }

  /// Fits the whole column, so that a class is known wherever its rows fall in a split.
  ///
  /// Without a task it is the one that the column suggests; `quantiles` are for the task of that name. Throws `missingColumn`,
  /// `wrongKind` for numbers to be predicted of words, and `unsuitable` for a column without values or with one class only.
  package init(
    fitting table: Table, column name: String, task: PredictionTask? = nil, quantiles: [Double]? = nil,
    labelsAreWritten: Bool = true
  ) throws(DatasetError) {
    self.labelsAreWritten = labelsAreWritten ? true : nil
    column = name
    let column = try table.column(name)
    kind = column.kind == .text ? .category : column.kind
    let settled: PredictionTask
    if let task { settled = task } else { settled = try Self.task(suggestedBy: column, named: name) }
    self.quantiles = settled == .quantile ? quantiles ?? Self.usualQuantiles : nil
    let written = settled == .classification && labelsAreWritten ? table.labels(name) : nil
    switch (settled, column) {
    case (_, .missing): throw Self.noValue(name)
    case (.regression, .numbers), (.quantile, .numbers): classes = nil
    case (.regression, _), (.quantile, _): throw .wrongKind(column: name, expected: .number, found: column.kind)
    case (.classification, _) where written != nil: classes = written?.classes.map(\.label)
    case (.classification, .numbers(let values)):
      classes = Set(values.lazy.filter { !$0.isNaN }).sorted().map(Self.label)
    case (.classification, .categories(let words)), (.classification, .texts(let words)):
      classes = Set(words.codes).subtracting([-1]).map { words.levels[Int($0)] }
        .sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    case (.classification, .dates): throw Self.isDate(name)
    case (.classification, .leftOut): throw Self.isLeftOut(name)
    }
    if let classes, classes.count < 2 {
      throw .unsuitable("The target column \(quoted(name)) has the one class \(quoted(classes.first ?? "")) only")
    }
  }

  /// What the column of a target is for where nobody says.
  ///
  /// Words are classes, and so are whole numbers of which at most 20 different ones appear 5 times or more on average;
  /// other numbers are for regression. Throws `unsuitable` for a column that is neither.
  package static func task(suggestedBy column: Column, named name: String) throws(DatasetError) -> PredictionTask {
    switch column {
    case .missing: throw noValue(name)
    case .dates: throw isDate(name)
    case .leftOut: throw isLeftOut(name)
    case .categories: return .classification
    case .texts:
      throw .unsuitable(
        "The target column \(quoted(name)) holds texts that hardly repeat, which are classes only with the task classification (--task classification)"
      )
    case .numbers(let values):
      let present = values.filter { !$0.isNaN }
      let levels = Set(present)
      let areLabels =
        levels.count <= 20 && present.count >= 5 * levels.count && levels.allSatisfy { $0 == $0.rounded() }
      return areLabels ? .classification : .regression
    }
  }

  /// Where nobody names others.
  package static let usualQuantiles = [0.1, 0.5, 0.9]

  private static func noValue(_ name: String) -> DatasetError {
    .unsuitable("The target column \(quoted(name)) has no value in any row")
  }

  private static func isLeftOut(_ name: String) -> DatasetError {
    .unsuitable("The target column \(quoted(name)) is left out as an id: give it another kind with --kind")
  }

  private static func isDate(_ name: String) -> DatasetError {
    .unsuitable("The target column \(quoted(name)) holds dates, which are neither numbers nor classes")
  }

  /// The targets of `rows` of a table, all if nil, where they are numbers.
  ///
  /// Traps where the target is a class. Throws `missingColumn`, `wrongKind`, `missingTarget`, and `unsuitable` for numbers
  /// that are too large for single precision.
  package func numbers(of table: Table, rows: [Int]? = nil) throws(DatasetError) -> [Float] {
    precondition(classes == nil, "the target '\(column)' is a class, not a number")
    guard case .numbers(let values) = try table.column(column) else {
      throw .wrongKind(column: column, expected: .number, found: try table.column(column).kind)
    }
    var result: [Float] = []
    for row in rows ?? Array(0..<table.rowCount) {
      if values[row].isNaN { throw .missingTarget(column: column, line: table.lines[row]) }
      let number = Float(values[row])
      if number.isInfinite {
        throw .unsuitable(
          "Line \(table.lines[row]): the target \(values[row]) is beyond single precision: scale the column")
      }
      result.append(number)
    }
    return result
  }

  /// The class indices of `rows` of a table, all if nil, for a classification.
  ///
  /// Traps where the target is a number. Throws `missingColumn`, `wrongKind`, `missingTarget`, and `unseen` for a class
  /// that was not there when this was fitted.
  package func classIndices(of table: Table, rows: [Int]? = nil) throws(DatasetError) -> [Int] {
    precondition(classes != nil, "the target '\(column)' is a number, not a class")
    let isWritten = labelsAreWritten == true
    let indices = Dictionary(
      uniqueKeysWithValues: classes!.enumerated().map { (isWritten ? ClassLabels.key($1) : $1, $0) })
    let spelling = isWritten ? table.spellings[column] : nil
    let values = try table.column(column)
    let rows = rows ?? Array(0..<table.rowCount)
    var result: [Int] = []
    result.reserveCapacity(rows.count)
    func append(_ label: String?, _ row: Int) throws(DatasetError) {
      guard let label else { throw .missingTarget(column: column, line: table.lines[row]) }
      guard let index = indices[isWritten ? ClassLabels.key(label) : label] else {
        throw .unseen(value: label, column: column, line: table.lines[row])
      }
      result.append(index)
    }
    // Each word and each number is looked up once, however many rows have it.
    var byWord: [Int] = []
    var byNumber: [UInt64: Int] = [:]
    func append(_ words: Words, _ row: Int) throws(DatasetError) {
      let code = Int(words.codes[row])
      if byWord.isEmpty { byWord = [Int](repeating: -1, count: words.list.count) }
      if code >= 0, byWord[code] >= 0 { return result.append(byWord[code]) }
      try append(words[row], row)
      if code >= 0 { byWord[code] = result[result.count - 1] }
    }
    switch values {
    case .numbers(let numbers):
      for row in rows {
        if let spelling, !numbers[row].isNaN, spelling.codes[row] >= 0 {
          try append(spelling, row)
        } else if let index = byNumber[numbers[row].bitPattern] {
          result.append(index)
        } else {
          try append(numbers[row].isNaN ? nil : Self.label(numbers[row]), row)
          byNumber[numbers[row].bitPattern] = result[result.count - 1]
        }
      }
    case .categories(let words), .texts(let words): for row in rows { try append(words, row) }
    case .dates, .missing, .leftOut:
      if !rows.isEmpty { throw .wrongKind(column: column, expected: kind, found: values.kind) }
    }
    return result
  }

  /// `3` for 3.0, else the shortest decimal that reads back as the number.
  private static func label(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}

extension Table {
  /// The classes of a column whose labels are known as they are written: of words, and of numbers whose spelling was kept.
  func labels(_ name: String) -> ClassLabels? {
    switch try? column(name) {
    case .categories(let words)?, .texts(let words)?: return ClassLabels(words)
    case .numbers(let values)?: return spellings[name].map { ClassLabels($0) { !values[$0].isNaN } }
    default: return nil
    }
  }

  /// Whether how the numbers of a column are written is known, or it has none.
  package func hasSpelling(of name: String) -> Bool {
    if case .numbers? = try? column(name) { spellings[name] != nil } else { true }
  }

  /// The table with the numbers of a column as they would be written, where that is not known.
  package func spelling(_ name: String) -> Table {
    guard case .numbers(let values)? = try? column(name), spellings[name] == nil else { return self }
    var words = WordsBuilder(rows: rowCount)
    words.append(values)
    return Table(
      names: names, columns: columns, lines: lines, spellings: spellings.merging([name: words.finished()]) { $1 },
      sparse: sparse)
  }

  /// The classes of a column with their rows, and the other spellings of each, where labels are known as written.
  package func classes(of name: String) -> [(label: String, count: Int, otherSpellings: [String])] {
    (labels(name)?.classes ?? []).map { ($0.label, $0.count, $0.spellings.dropFirst().map(\.text)) }
  }
}
