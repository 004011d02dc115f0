import Learning
import Settings

/// Gradient-boosted decision trees over binned features. Names and defaults are LightGBM's.
package struct GBDT: Configurable {
  package var objective = ObjectiveChoice.auto
  package var trees = 100
  package var learningRate = 0.1
  package var leaves = 31
  package var maximumDepth = -1
  package var growth = GrowthOrder.lossguide
  package var leastRowsInLeaf = 20
  package var leastHessianInLeaf = 1e-3
  package var l1 = 0.0
  package var l2 = 0.0
  package var leastGain = 0.0
  package var mostBins = 255
  package var leastRowsInBin = 3
  package var featureFraction = 1.0
  package var sampling = SampleStrategy.bagging
  package var baggingFraction = 1.0
  package var baggingFrequency = 0
  package var topRate = 0.2
  package var otherRate = 0.1
  package var patience = 0
  package var categorySmoothing = 10.0
  package var categoryL2 = 10.0
  package var mostCategories = 32
  package var mostOneHot = 4
  package var leastRowsInGroup = 100
  package var alpha = 0.9
  package var tweediePower = 1.5
  package var poissonStep = 0.7
  package var positiveWeight = 1.0
  package var classWeight = ClassWeight.none
  package var monotone: [Int] = []
  package var interactions: [[Int]] = []
  package var gradientBins = 0
  package var rankTruncation = 30
  package var rankIsNormalised = true

  package init() {}

  package enum ObjectiveChoice: String, CaseIterable, Codable, Sendable {
    case auto, regression, huber, quantile, poisson, gamma, tweedie, binary, multiclass, lambdarank
    case absolute = "regression_l1"
  }

  /// Which leaf is split next.
  package enum GrowthOrder: String, CaseIterable, Codable, Sendable {
    /// The one whose split gains most.
    case lossguide
    /// One of the least depth.
    case depthwise
  }

  /// Which rows a tree is fitted to.
  package enum SampleStrategy: String, CaseIterable, Codable, Sendable {
    /// A random part of them.
    case bagging
    /// Those with the largest gradients, and a random part of the others that counts for all of them (Ke et al. 2017).
    case goss
  }

  package static let hyperparameters: [Hyperparameter<GBDT>] = [
    .choice("objective", \.objective, "the loss; auto: binary, multiclass or regression, by the target")
      .also("loss", "application", "app"),
    .integer("n_estimators", \.trees, .atLeast(1, limit: 1_000_000), "boosting rounds: trees, or as many as classes")
      .also(
        "num_iterations", "num_iteration", "num_trees", "num_round", "num_rounds", "nrounds", "num_boost_round",
        "max_iter"),
    .number("learning_rate", \.learningRate, .positive, "what the values of a tree are multiplied by")
      .also("eta", "shrinkage_rate"),
    .integer("num_leaves", \.leaves, .atLeast(2, limit: 131_072), "leaves of a tree at most")
      .also("num_leaf", "max_leaves", "max_leaf_nodes"),
    .integer("max_depth", \.maximumDepth, .atLeast(-1, limit: 1_000_000), "splits above a leaf at most; -1: any"),
    .choice("grow_policy", \.growth, "the leaf split next: lossguide: the best one; depthwise: of least depth"),
    .integer("min_data_in_leaf", \.leastRowsInLeaf, .atLeast(0, limit: Bounds.mostRows), "rows in a leaf at least")
      .also("min_child_samples", "min_samples_leaf", "min_data"),
    .number(
      "min_sum_hessian_in_leaf", \.leastHessianInLeaf, .nonNegative, "sum of second derivatives in a leaf at least"
    )
    .also("min_child_weight", "min_sum_hessian"),
    .number("lambda_l1", \.l1, .nonNegative, "penalty of the absolute values of leaves")
      .also("reg_alpha"),
    .number("lambda_l2", \.l2, .nonNegative, "penalty of the squared values of leaves")
      .also("reg_lambda", "lambda", "l2_regularization"),
    .number("min_gain_to_split", \.leastGain, .nonNegative, "what a split has to gain more than")
      .also("min_split_gain"),
    .integer("max_bin", \.mostBins, .between(2, 255), "bins of a feature at most, beside that of missing values")
      .also("max_bins"),
    .integer("min_data_in_bin", \.leastRowsInBin, .atLeast(1, limit: Bounds.mostRows), "rows in a bin at least"),
    .number("feature_fraction", \.featureFraction, .unit, "the share of the features that each tree may split by")
      .also("colsample_bytree"),
    .choice("data_sample_strategy", \.sampling, "bagging: a random part of the rows; goss: by the size of gradients"),
    .number("bagging_fraction", \.baggingFraction, .unit, "the share of the rows that each tree is fitted to")
      .also("subsample"),
    .integer("bagging_freq", \.baggingFrequency, .atLeast(0), "trees until rows are drawn again; 0: take all")
      .also("subsample_freq"),
    .number("top_rate", \.topRate, .unit, "goss: the share of the rows with the largest gradients, which are kept"),
    .number("other_rate", \.otherRate, .unit, "goss: the share of all rows that is drawn from the others"),
    .integer("early_stopping_round", \.patience, .atLeast(0), "rounds without a better validation loss to stop after")
      .also("early_stopping_rounds", "n_iter_no_change"),
    .number("cat_smooth", \.categorySmoothing, .nonNegative, "rows added to a category before categories are sorted"),
    .number("cat_l2", \.categoryL2, .nonNegative, "penalty of the squared values of leaves in splits by categories"),
    .integer(
      "max_cat_threshold", \.mostCategories, .atLeast(1, limit: 255), "categories in the set of a split at most"),
    .integer("max_cat_to_onehot", \.mostOneHot, .atLeast(1, limit: 256), "so few categories are split one by one"),
    .integer(
      "min_data_per_group", \.leastRowsInGroup, .atLeast(1, limit: Bounds.mostRows), "rows of a group of categories"),
    .number("alpha", \.alpha, .positive, "huber: where the loss becomes linear; quantile: the quantile"),
    .number("tweedie_variance_power", \.tweediePower, .finite, "tweedie: from 1, near poisson, to 2, near gamma"),
    .number("poisson_max_delta_step", \.poissonStep, .positive, "poisson: added to the exponent of second derivatives"),
    .choice("class_weight", \.classWeight, "balanced: all classes count alike, however many rows each has"),
    .number("scale_pos_weight", \.positiveWeight, .positive, "binary: the weight of the rows of the second class"),
    .integer(
      "lambdarank_truncation_level", \.rankTruncation, .atLeast(1, limit: Bounds.mostRows),
      "lambdarank: pairs with one of so many highest scores count"),
    .flag("lambdarank_norm", \.rankIsNormalised, "lambdarank: pairs count by the distance of their scores"),
    .integer(
      "num_grad_quant_bins", \.gradientBins, .atLeast(0, limit: 250), "levels that gradients are rounded to; 0: by rows"
    ),
    .columnGroups(
      "interaction_constraints", \.interactions,
      "groups of columns, counted from 0: a leaf lies below splits by columns of one group"),
    .monotone("monotone_constraints", \.monotone, "a list with 1, 0 or -1 for each column: predictions rise, or fall")
      .also("monotonic_cst"),
  ]
}

extension GBDT {
  /// Levels of gradients on either side of 0. Those of few rows are rounded coarsely: the noise in which splits are found
  /// averages out over the trees, and keeps them from fitting that of the target. What is coarse is said of the largest
  /// where the gradients are bounded, as those of classes are, and of the root mean square else, for then the largest may be
  /// that of a single row. `bench tables` shows what this is worth.
  func levels(of range: GradientRange, rows: Int, areBounded: Bool) -> Float {
    if gradientBins > 0 { return Float(max(1, gradientBins / 2)) }
    if areBounded { return Float(min(60, max(2, rows / 3000))) }
    let ratio = range.largest / (range.squares / Float(max(1, rows))).squareRoot()
    guard ratio.isFinite else { return 60 }
    return min(250, max(2, ratio * max(0.5, Float(rows) / 6600)).rounded())
  }
}

/// Of the absolute gradients and second derivatives of some rows, in the order in which a kernel writes them.
struct GradientRange {
  var largest: Float = 0
  /// The sum of squares.
  var squares: Float = 0
  var largestHessian: Float = 0
  var leastHessian: Float = 0
}

extension Bounds {
  /// Whole numbers from `low` to `high`.
  fileprivate static func between(_ low: Int, _ high: Int) -> Bounds { .atLeast(low, limit: high) }
}
