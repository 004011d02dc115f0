import Datasets

/// The values of a feature that a model's trees tell apart, as bytes: how many of the thresholds are below a number, or the
/// place of a category; `missing` where a value is missing.
struct FeatureCodes {
  let feature: Int
  /// nil for categories.
  private let thresholds: NumberCodes?
  /// In ascending order.
  let categories: [Int32]
  /// Codes that are no missing value.
  let count: Int

  var missing: UInt8 { UInt8(count) }

  /// nil where the questions tell more values apart than a byte does.
  init?(_ feature: Int, _ questions: [DecisionTree.Question]) {
    self.feature = feature
    var (bounds, categories) = (Set<Double>(), Set<Int32>())
    for question in questions {
      switch question {
      case .atMost(let threshold, let rule):
        bounds.insert(threshold)
        if case .zeroToo = rule {
          // So that zero has a code of its own.
          bounds.formUnion([(-DecisionTree.zeroSize).nextDown, DecisionTree.zeroSize])
        }
      case .among(let own): categories.formUnion(own)
      }
    }
    guard bounds.isEmpty || categories.isEmpty, bounds.count < 255, categories.count < 254 else { return nil }
    self.categories = categories.sorted()
    if bounds.isEmpty {
      thresholds = nil
      // The last code is that of all categories which no tree asks for.
      count = categories.count + 1
    } else {
      thresholds = NumberCodes(bounds.sorted())
      count = bounds.count + 1
    }
  }

  /// The codes to which the answer is yes.
  func isLeft(_ question: DecisionTree.Question) -> [Bool] {
    guard let thresholds else {
      return categories.map { question.isLeft(Double($0)) } + [false]
    }
    return (0..<count).map { question.isLeft(thresholds[$0]) }
  }

  /// Hands on the intervals of codes to which the answer is no, that of missing values among them.
  func rightIntervals(_ question: DecisionTree.Question, _ take: (_ first: Int, _ last: Int) -> Void) {
    let isMissingRight = !question.isLeft(.nan)
    if let thresholds, case .atMost(let threshold, .side) = question {
      // Thresholds ascend, so that the first codes are on the left; the last of them stands for all numbers above.
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        if min(thresholds[middle], .greatestFiniteMagnitude) <= threshold { low = middle + 1 } else { high = middle }
      }
      if low < count || isMissingRight { take(low, isMissingRight ? count : count - 1) }
      return
    }
    var start: Int?
    for (code, isLeft) in (isLeft(question) + [!isMissingRight]).enumerated() {
      if isLeft {
        if let start { take(start, code - 1) }
        start = nil
      } else if start == nil {
        start = code
      }
    }
    if let start { take(start, count) }
  }

  /// The codes of `count` values of a column from `start` on.
  func encode(_ column: FeatureColumns.Values, from start: Int, count: Int, into codes: UnsafeMutablePointer<UInt8>) {
    switch (column, thresholds) {
    case (.numbers(let numbers), let thresholds?):
      numbers.withUnsafeBufferPointer {
        thresholds.encode($0.baseAddress! + start, count, missing: missing, into: codes)
      }
    case (.numbers(let numbers), nil):
      for row in 0..<count {
        let number = numbers[start + row]
        codes[row] = number.isNaN ? missing : code(number >= 0 && number < 2e9 ? Int32(number) : -1)
      }
    case (.codes(let own, _), nil):
      for row in 0..<count { codes[row] = own[start + row] < 0 ? missing : code(own[start + row]) }
    case (.codes, _?):
      preconditionFailure("a column of numbers was fitted and one of categories is given")
    }
  }

  private func code(_ category: Int32) -> UInt8 {
    var (low, high) = (0, categories.count)
    while low < high {
      let middle = (low + high) / 2
      if categories[middle] < category { low = middle + 1 } else { high = middle }
    }
    return UInt8(low < categories.count && categories[low] == category ? low : categories.count)
  }
}
