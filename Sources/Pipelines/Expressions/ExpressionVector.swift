import Datasets

/// The values of an expression in all rows, or one value that holds in all of them.
struct ExpressionVector: Sendable {
  enum Values: Sendable {
    /// Numbers, seconds since 1970, or 1 and 0 for true and false; NaN for missing.
    case numbers([Double])
    /// Words by their codes, -1 for missing.
    case words(levels: [String], codes: [Int32])
  }

  var values: Values
  var type: ExpressionType
  /// Whether there is one value for all rows.
  var isConstant = false

  init(_ values: [Double], _ type: ExpressionType, isConstant: Bool = false) {
    (self.values, self.type, self.isConstant) = (.numbers(values), type, isConstant)
  }

  init(levels: [String], codes: [Int32], isConstant: Bool = false) {
    (values, type, self.isConstant) = (.words(levels: levels, codes: codes), .text, isConstant)
  }

  static let missing = ExpressionVector([.nan], .missing, isConstant: true)

  /// The numbers; of missing values none.
  var numbers: [Double] {
    switch values {
    case .numbers(let numbers): numbers
    case .words(_, let codes): [Double](repeating: .nan, count: codes.count)
    }
  }

  /// The words; of missing values none.
  var words: (levels: [String], codes: [Int32]) {
    switch values {
    case .numbers(let numbers): ([], [Int32](repeating: -1, count: numbers.count))
    case .words(let levels, let codes): (levels, codes)
    }
  }

  /// One value a row, of `count` rows.
  func expanded(_ count: Int) -> ExpressionVector {
    if !isConstant { return self }
    switch values {
    case .numbers(let numbers): return ExpressionVector([Double](repeating: numbers[0], count: count), type)
    case .words(let levels, let codes):
      return ExpressionVector(levels: levels, codes: [Int32](repeating: codes[0], count: count))
    }
  }

  /// Missing values as those of another type.
  func typed(_ type: ExpressionType) -> ExpressionVector {
    if self.type != .missing { return self }
    if type == .text { return ExpressionVector(levels: [], codes: words.codes, isConstant: isConstant) }
    return ExpressionVector(numbers, type, isConstant: isConstant)
  }

  /// As a column of a table: true and false as 1 and 0.
  var column: Column {
    switch (values, type) {
    case (.words(let levels, let codes), _): .categories(Words(levels: levels, codes: codes))
    case (.numbers(let numbers), .date): .dates(numbers)
    case (.numbers(let numbers), _): .numbers(numbers)
    }
  }

  // MARK: A vector at a time

  /// A number of each number; a result that is not finite is missing.
  @inline(__always)
  func map(_ type: ExpressionType = .number, _ body: (Double) -> Double) -> ExpressionVector {
    var numbers = numbers
    numbers.change { value in
      let result = body(value)
      return result.isFinite ? result : .nan
    }
    return ExpressionVector(numbers, type, isConstant: isConstant)
  }

  /// A number of each pair; a result that is not finite is missing.
  @inline(__always)
  func zip(
    _ other: ExpressionVector, _ type: ExpressionType = .number, _ body: (Double, Double) -> Double
  ) -> ExpressionVector {
    if other.isConstant {
      let b = other.numbers[0]
      return map(type) { body($0, b) }
    }
    if isConstant {
      let a = numbers[0]
      return other.map(type) { body(a, $0) }
    }
    var result = numbers
    other.numbers.withUnsafeBufferPointer { others in
      result.withUnsafeMutableBufferPointer { numbers in
        for row in numbers.indices {
          let value = body(numbers[row], others[row])
          numbers[row] = value.isFinite ? value : .nan
        }
      }
    }
    return ExpressionVector(result, type)
  }

  /// A text of each different text.
  func mapWords(_ body: (String) throws(ExpressionError) -> String) throws(ExpressionError) -> ExpressionVector {
    let (levels, codes) = words
    var merged = MergedLevels()
    var table: [Int32] = [-1]
    for level in levels { table.append(merged.code(of: try body(level))) }
    return ExpressionVector(levels: merged.levels, codes: codes.map { table[Int($0) + 1] }, isConstant: isConstant)
  }

  /// A number of each different text.
  func mapWords(to type: ExpressionType, _ body: (String) -> Double) -> ExpressionVector {
    let (levels, codes) = words
    let table = [.nan] + levels.map(body)
    return ExpressionVector(codes.map { table[Int($0) + 1] }, type, isConstant: isConstant)
  }

  /// A text of the texts of each row, of each different combination once; missing where one is.
  static func combine(
    _ vectors: [ExpressionVector], rows: Int, _ body: ([String]) throws(ExpressionError) -> String
  ) throws(ExpressionError) -> ExpressionVector {
    let isConstant = vectors.allSatisfy(\.isConstant)
    let parts = vectors.map(\.words)
    if vectors.count(where: { !$0.isConstant }) == 1, let varying = vectors.firstIndex(where: { !$0.isConstant }) {
      if Swift.zip(parts, vectors).contains(where: { $1.isConstant && $0.codes[0] < 0 }) {
        return ExpressionVector(levels: [], codes: [Int32](repeating: -1, count: rows))
      }
      var texts = Swift.zip(parts, vectors).map { $1.isConstant ? $0.levels[Int($0.codes[0])] : "" }
      return try vectors[varying].mapWords { (text) throws(ExpressionError) in
        texts[varying] = text
        return try body(texts)
      }
    }
    var merged = MergedLevels()
    var known: [[Int32]: Int32] = [:]
    var codes: [Int32] = []
    for row in 0..<(isConstant ? 1 : rows) {
      let key = Swift.zip(parts, vectors).map { $0.codes[$1.isConstant ? 0 : row] }
      if key.contains(-1) {
        codes.append(-1)
      } else if let code = known[key] {
        codes.append(code)
      } else {
        let code = merged.code(of: try body(Swift.zip(parts, key).map { $0.levels[Int($1)] }))
        known[key] = code
        codes.append(code)
      }
    }
    return ExpressionVector(levels: merged.levels, codes: codes, isConstant: isConstant)
  }

  /// Texts as the ranks of their Unicode scalars among the texts of both, so that they compare as numbers.
  static func ranked(_ a: ExpressionVector, _ b: ExpressionVector) -> (ExpressionVector, ExpressionVector) {
    guard a.type == .text || b.type == .text else { return (a, b) }
    let all = Set(a.words.levels).union(b.words.levels).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let ranks = Dictionary(uniqueKeysWithValues: Swift.zip(all, all.indices))
    func ranked(_ vector: ExpressionVector) -> ExpressionVector {
      vector.mapWords(to: .number) { Double(ranks[$0]!) }
    }
    return (ranked(a), ranked(b))
  }

  /// Row by row a value of one of several vectors of one type, or none where `choose` says nil.
  static func choose(
    _ vectors: [ExpressionVector], _ type: ExpressionType, rows: Int, _ choose: (Int) -> Int?
  ) -> ExpressionVector {
    func place(_ vector: Int, _ row: Int) -> Int { vectors[vector].isConstant ? 0 : row }
    guard type == .text else {
      let numbers = vectors.map(\.numbers)
      return ExpressionVector((0..<rows).map { row in choose(row).map { numbers[$0][place($0, row)] } ?? .nan }, type)
    }
    var merged = MergedLevels()
    let words = vectors.map(\.words)
    let tables = words.map { [-1] + $0.levels.map { merged.code(of: $0) } }
    let codes = (0..<rows).map { row in
      choose(row).map { tables[$0][Int(words[$0].codes[place($0, row)]) + 1] } ?? -1
    }
    return ExpressionVector(levels: merged.levels, codes: codes)
  }
}

/// Different texts, numbered as they come.
struct MergedLevels {
  private(set) var levels: [String] = []
  private var codes: [String: Int32] = [:]

  mutating func code(of level: String) -> Int32 {
    if let code = codes[level] { return code }
    codes[level] = Int32(levels.count)
    levels.append(level)
    return Int32(levels.count - 1)
  }
}
