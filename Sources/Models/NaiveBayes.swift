import BLASBridge
import Datasets
import Foundation
import Learning
import Settings
import Telemetry

/// Naive Bayes: given the class, columns are independent; numbers are normally distributed, categories categorically.
///
/// A missing value says nothing of its row's class and is passed over. Names, defaults and smoothing are those of
/// scikit-learn's GaussianNB, MultinomialNB, BernoulliNB and CategoricalNB, whose models of a table's numbers and categories
/// are multiplied here.
package struct NaiveBayes: Configurable {
  /// The distribution of numbers.
  package enum Numbers: String, CaseIterable, Codable, Sendable { case gaussian, multinomial, bernoulli }

  package var numbers = Numbers.gaussian
  package var alpha = 1.0
  package var varianceSmoothing = 1e-9
  package var fitsPrior = true
  package init() {}

  package static let hyperparameters: [Hyperparameter<NaiveBayes>] = [
    .choice(
      "numbers", \.numbers, "gaussian: normally distributed; multinomial: counts, together; bernoulli: above 0 or not"),
    .number(
      "alpha", \.alpha, .nonNegative, "additive smoothing: rows added to each category, count or flag of each class"),
    .number(
      "var_smoothing", \.varianceSmoothing, .nonNegative, "the share of the largest variance that is added to all"),
    .flag("fit_prior", \.fitsPrior, "classes are as frequent as in the training rows; if not, all alike"),
  ]

  /// Fits columns of n values to class indices `[n]`; rows count by `weights` `[n]`, all the same if nil. Traps where a label
  /// is not below `classes`.
  package func fit(
    _ features: FeatureColumns, _ labels: [Int], classes: Int, weights: [Float]? = nil
  ) -> NaiveBayesModel {
    precondition(labels.allSatisfy { (0..<classes).contains($0) }, "a label is not below \(classes)")
    let weights = weights?.map { Double($0) } ?? [Double](repeating: 1, count: labels.count)
    var counts = [Double](repeating: 0, count: classes)
    for (row, label) in labels.enumerated() { counts[label] += weights[row] }
    let count = counts.reduce(0, +)
    let shares = counts.map { fitsPrior ? $0 / count : 1 / Double(classes) }
    var fitted = features.columns.map { values in
      switch values {
      case .numbers(let numbers):
        self.numbers == .gaussian
          ? NaiveBayesModel.Column.numbers(.init(numbers, labels, weights, classes: classes))
          : .counts(.init(numbers, labels, weights, classes: classes, isFlag: self.numbers == .bernoulli, alpha: alpha))
      case .codes(let codes, let levels):
        NaiveBayesModel.Column.codes(.init(codes, labels, weights, classes: classes, levels: levels, alpha: alpha))
      }
    }
    let largest =
      features.columns.map { if case .numbers(let numbers) = $0 { variance(numbers, weights) } else { 0 } }.max() ?? 0
    // A class of equal values has a variance of 0, of which there is no density.
    let smoothing = max(varianceSmoothing * largest, .leastNormalMagnitude)
    for index in fitted.indices {
      if case .numbers(var normal) = fitted[index] {
        normal.variances = normal.variances.map { $0 + smoothing }
        fitted[index] = .numbers(normal)
      }
    }
    if self.numbers == .multinomial { NaiveBayesModel.normalize(&fitted) }
    return NaiveBayesModel(shares: shares, columns: fitted)
  }

  private func variance(_ numbers: [Double], _ weights: [Double]) -> Double {
    let normal = NaiveBayesModel.Normal(numbers, [Int](repeating: 0, count: numbers.count), weights, classes: 1)
    return normal.variances[0]
  }
}

/// Probabilities of classes by Bayes' rule.
package struct NaiveBayesModel: Codable, Hashable, Sendable {
  /// How frequent the classes are before anything is known of a row `[classes]`.
  package let shares: [Double]
  package let columns: [Column]

  package enum Column: Codable, Hashable, Sendable {
    case numbers(Normal)
    case codes(Categorical)
    case counts(Counts)
  }

  /// A normal distribution for each class.
  package struct Normal: Codable, Hashable, Sendable {
    package fileprivate(set) var means: [Double]
    package fileprivate(set) var variances: [Double]

    fileprivate init(_ values: [Double], _ labels: [Int], _ weights: [Double], classes: Int) {
      var counts = [Double](repeating: 0, count: classes)
      (means, variances) = (counts, counts)
      for (row, value) in values.enumerated() where !value.isNaN {
        counts[labels[row]] += weights[row]
        means[labels[row]] += weights[row] * value
      }
      for index in means.indices where counts[index] > 0 { means[index] /= counts[index] }
      for (row, value) in values.enumerated() where !value.isNaN {
        let distance = value - means[labels[row]]
        variances[labels[row]] += weights[row] * distance * distance
      }
      for index in variances.indices where counts[index] > 0 { variances[index] /= counts[index] }
      // A class without a value says nothing of values: all classes' distribution stands for it.
      if counts.contains(0), classes > 1 {
        let all = Normal(values, [Int](repeating: 0, count: values.count), weights, classes: 1)
        for index in counts.indices where counts[index] == 0 {
          (means[index], variances[index]) = (all.means[0], all.variances[0])
        }
      }
    }

    fileprivate func logDensity(_ value: Double, _ index: Int) -> Double {
      let distance = value - means[index]
      return -0.5 * (log(2 * .pi * variances[index]) + distance * distance / variances[index])
    }
  }

  /// The share of each level in each class, as logarithms `[classes][levels]`.
  package struct Categorical: Codable, Hashable, Sendable {
    package let logShares: [[Double]]

    fileprivate init(
      _ codes: [Int32], _ labels: [Int], _ weights: [Double], classes: Int, levels: Int, alpha: Double
    ) {
      // Without smoothing a level that a class does not have would rule the class out for ever.
      let alpha = max(alpha, 1e-10)
      var counts = [[Double]](repeating: [Double](repeating: alpha, count: levels), count: classes)
      for (row, code) in codes.enumerated() where code >= 0 { counts[labels[row]][Int(code)] += weights[row] }
      logShares = counts.map { counts in
        let sum = counts.reduce(0, +)
        return counts.map { log($0 / sum) }
      }
    }
  }

  package var classes: Int { shares.count }

  /// Probabilities `[n, classes]` of n rows. Traps where there are other columns than were fitted.
  package func probabilities(_ features: FeatureColumns) -> Matrix<Float> {
    precondition(
      features.columns.count == columns.count, "\(features.columns.count) columns for a model of \(columns.count)")
    let (priors, result) = (shares.map { log($0) }, Matrix<Float>(rows: features.rows, columns: classes))
    for row in 0..<features.rows {
      var logits = priors
      for (column, values) in zip(columns, features.columns) {
        switch (column, values) {
        case (.numbers(let normal), .numbers(let numbers)):
          if numbers[row].isNaN { continue }
          for index in logits.indices { logits[index] += normal.logDensity(numbers[row], index) }
        case (.counts(let counts), .numbers(let numbers)):
          if numbers[row].isNaN { continue }
          for index in logits.indices { logits[index] += counts.logProbability(numbers[row], index) }
        case (.codes(let categorical), .codes(let codes, _)):
          if codes[row] < 0 { continue }
          for index in logits.indices { logits[index] += categorical.logShares[index][Int(codes[row])] }
        default: preconditionFailure("a column of numbers was fitted and one of categories is given, or the reverse")
        }
      }
      let greatest = logits.max()!
      let exponentials = logits.map { greatest == -.infinity ? 1 : exp($0 - greatest) }
      let sum = exponentials.reduce(0, +)
      for index in exponentials.indices { result[row, index] = Float(exponentials[index] / sum) }
    }
    return result
  }
}
