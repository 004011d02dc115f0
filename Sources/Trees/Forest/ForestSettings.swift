import Learning
import Settings

/// How the trees of a forest grow. Names and defaults are scikit-learn's.
package struct ForestSettings: Hashable, Sendable {
  package var trees = 100
  package var criterion = Criterion.auto
  package var maximumDepth: Int?
  package var leastRowsToSplit = 2
  package var leastRowsInLeaf = 1
  /// The weight of a leaf's rows at least, as a share of that of all rows of its tree.
  package var leastWeightShareInLeaf = 0.0
  package var features = FeatureShare.auto
  package var mostLeaves: Int?
  package var leastDecrease = 0.0
  package var isBootstrapped = true
  package var rowShare = 1.0
  package var classWeight = ClassWeight.none
  package var mostBins = 253
  package var monotone: [Int] = []
  /// Whether leaves keep the numbers of their rows, for quantiles.
  package var keepsTargets = false
  /// Whether one threshold is drawn for each feature, instead of the best.
  package var drawsThresholds = false

  /// What a split lowers.
  package enum Criterion: String, CaseIterable, Codable, Sendable {
    /// `gini` of classes, `squared_error` of numbers.
    case auto, gini, entropy
    case logLoss = "log_loss"
    case squaredError = "squared_error"
  }

  /// How many features are drawn for a split.
  package enum FeatureShare: Hashable, Sendable {
    /// The square root for classes, all for numbers.
    case auto
    case root, logarithm, all
    case share(Double)
    case count(Int)

    func count(of features: Int, isClassification: Bool) -> Int {
      let wanted =
        switch self {
        case .auto: isClassification ? Double(features).squareRoot() : Double(features)
        case .root: Double(features).squareRoot()
        case .logarithm: Double(max(0, Int.bitWidth - 1 - max(1, features).leadingZeroBitCount))
        case .all: Double(features)
        case .share(let share): share * Double(features)
        case .count(let count): Double(count)
        }
      return max(1, min(features, Int(wanted)))
    }
  }
}

/// A model of trees that are fitted one beside the other.
package protocol ForestModel: Configurable {
  var forest: ForestSettings { get set }
}

extension ForestModel {
  static var ofEachTree: [Hyperparameter<Self>] {
    [
      .choice("criterion", \.forest.criterion, "what splits lower; auto: gini of classes, squared_error of numbers"),
      .optionalInteger("max_depth", \.forest.maximumDepth, from: 1, "splits above a leaf at most; null: any"),
      .integer(
        "min_samples_split", \.forest.leastRowsToSplit, .atLeast(2, limit: Bounds.mostRows), "rows that are split"),
      .integer(
        "min_samples_leaf", \.forest.leastRowsInLeaf, .atLeast(1, limit: Bounds.mostRows), "rows in a leaf at least"),
      Hyperparameter.number(
        "min_weight_fraction_leaf", \.forest.leastWeightShareInLeaf, .half,
        "weight of a leaf's rows at least, as a share of that of all"
      ).later(),
      .features("max_features", \.forest.features),
      .optionalInteger("max_leaf_nodes", \.forest.mostLeaves, from: 2, "leaves of a tree at most; null: any"),
      .number(
        "min_impurity_decrease", \.forest.leastDecrease, .nonNegative, "by how much a split lowers the impurity"),
      .choice("class_weight", \.forest.classWeight, "balanced: all classes count alike, however many rows each has"),
      .monotone(
        "monotonic_cst", \.forest.monotone,
        "a list with 1, 0 or -1 for each column: predictions (of two classes, of the second) rise, or fall"
      )
      .also("monotone_constraints"),
      .flag("quantiles", \.forest.keepsTargets, "regression: leaves keep their targets, for predict --quantiles"),
      .integer("max_bin", \.forest.mostBins, .atLeast(2, limit: 253), "bins of a feature at most"),
    ]
  }

  static var ofManyTrees: [Hyperparameter<Self>] {
    [
      .integer("n_estimators", \.forest.trees, .atLeast(1, limit: 1_000_000), "trees"),
      .flag("bootstrap", \.forest.isBootstrapped, "each tree is fitted to rows drawn with replacement"),
      .number("max_samples", \.forest.rowShare, .unit, "bootstrap: how many rows are drawn, as a share of all"),
    ]
  }
}

extension Hyperparameter {
  fileprivate static func optionalInteger(
    _ name: String, _ path: Path<Int?>, from least: Int, _ meaning: String
  ) -> Self {
    let bounds = Bounds.atLeast(least, limit: Bounds.mostRows)
    return Self(
      name: name, meaning: meaning, domain: .optional(.integer(bounds)),
      get: { $0[keyPath: path].map { .integer($0) } ?? .none },
      set: { owner, value throws(HyperparameterError) in
        owner[keyPath: path] = value == .none ? nil : try value.integer(for: name, in: bounds)
      })
  }

  /// A word, a share below 1, or a whole number of features.
  fileprivate static func features(_ name: String, _ path: Path<ForestSettings.FeatureShare>) -> Self {
    let words: [(String, ForestSettings.FeatureShare)] = [
      ("auto", .auto), ("sqrt", .root), ("log2", .logarithm), ("all", .all),
    ]
    return Self(
      name: name,
      meaning:
        "features drawn for a split: a number, a share below 1, or a word; auto: sqrt for classes, all for numbers",
      domain: .or(.or(.or(.or(.real(.positive), "auto"), "sqrt"), "log2"), "all"),
      get: { owner in
        switch owner[keyPath: path] {
        case .share(let share): .number(share)
        case .count(let count): .integer(count)
        case let word: .text(words.first { $0.1 == word }!.0)
        }
      },
      set: { owner, value throws(HyperparameterError) in
        if case .text(let text) = value, let word = words.first(where: { $0.0 == text }) {
          owner[keyPath: path] = word.1
          return
        }
        // 1.0 is a share to scikit-learn, and 1 a number.
        if value == .number(1) || value == .none {
          owner[keyPath: path] = .all
          return
        }
        if case .text(let text) = value, (try? value.number(for: name, in: .positive)) == nil {
          throw HyperparameterError(unknownName: text, kind: "'\(name)'", among: words.map { $0.0 })
        }
        let number = try value.number(for: name, in: .positive)
        if number < 1 {
          owner[keyPath: path] = .share(number)
        } else if let count = Int(exactly: number) {
          owner[keyPath: path] = .count(count)
        } else {
          throw HyperparameterError("'\(name)' takes a whole number, a share below 1, or a word, not \(value)")
        }
      })
  }
}
