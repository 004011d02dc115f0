import CKernels
import Datasets

/// The values of a feature that a model's trees tell apart, as bytes: how many of the thresholds are below a number, or the
/// place of a category; `missing` where a value is missing.
struct FeatureCodes {
  let feature: Int
  /// 255 in ascending order, the last ones infinite; or nil for categories.
  let thresholds: [Double]?
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
      thresholds = bounds.sorted() + [Double](repeating: .infinity, count: 255 - bounds.count)
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

  /// Appends 32 bytes, whose bits are the codes to which the answer is yes, that of missing values among them.
  func add(_ question: DecisionTree.Question, to sets: inout [UInt8]) {
    let start = sets.count
    for _ in 0..<32 { sets.append(0) }
    if let thresholds, case .atMost(let threshold, .side) = question {
      // Thresholds ascend, so that the first codes are on the left; the last of them stands for all numbers above.
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        if min(thresholds[middle], .greatestFiniteMagnitude) <= threshold { low = middle + 1 } else { high = middle }
      }
      for byte in 0..<low / 8 { sets[start + byte] = .max }
      if low % 8 > 0 { sets[start + low / 8] = 1 << UInt8(low % 8) - 1 }
    } else {
      for (code, isLeft) in isLeft(question).enumerated() where isLeft {
        sets[start + code / 8] |= 1 << UInt8(code % 8)
      }
    }
    if question.isLeft(.nan) { sets[start + Int(missing) / 8] |= 1 << (missing % 8) }
  }

  /// The codes of `count` values of a column from `start` on.
  func encode(_ column: FeatureColumns.Values, from start: Int, count: Int, into codes: UnsafeMutablePointer<UInt8>) {
    switch (column, thresholds) {
    case (.numbers(let numbers), let thresholds?):
      numbers.withUnsafeBufferPointer {
        rl_tree_bins($0.baseAddress! + start, count, thresholds, missing, codes)
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
