import Settings
import Telemetry

/// The hyperparameters of a model that is fitted to rows of features, and the memory that a fit takes. Models' `FittableModel`
/// refines it; conform to that one.
///
/// ```swift
/// import Settings
///
/// struct Constant: SupervisedModel {
///   static let hyperparameters: [Hyperparameter<Constant>] = []
///   func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate { MemoryEstimate() }
/// }
/// ```
public protocol SupervisedModel: Configurable {
  /// The memory that a fit takes beside the rows themselves, from its sizes alone. It is judged before anything is allocated.
  /// `outputs` are classes, or numbers to predict; 0 for models that predict nothing.
  func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate
}

extension MemoryEstimate {
  /// Floats that a fit works with, `count` of them.
  init(floats count: Double, lower settings: String) {
    self.init()
    add("what the fit works with", bytes: 4 * count, lower: settings)
  }
}

extension LinearRegression: SupervisedModel {
  /// Centred rows with their factorisation, and XᵀX.
  public func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    let (n, d) = (Double(rows), Double(features))
    return MemoryEstimate(
      floats: 3 * n * (d + Double(outputs)) + (solver == .normal ? 2 * d * d : 0), lower: "features")
  }
}

extension RidgeRegression: SupervisedModel {
  /// XᵀX and its factor.
  public func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    let d = Double(features)
    return MemoryEstimate(floats: 3 * d * d + 2 * 4_096 * (d + Double(outputs)), lower: "features")
  }
}

extension LogisticRegression: SupervisedModel {
  /// The weights, and the steps that L-BFGS remembers.
  public func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    MemoryEstimate(
      floats: 30 * (Double(features) + 1) * Double(max(1, outputs)) + 2 * 4_096 * Double(outputs),
      lower: "features or classes")
  }
}

extension KMeans: SupervisedModel {
  /// Centred rows, centres, and the distances of a block of rows from all centres.
  public func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    let (n, d, k) = (Double(rows), Double(features), Double(max(16, clusters)))
    return MemoryEstimate(floats: n * (d + 6) + 8 * k * d + 4_096 * k, lower: "n_clusters")
  }
}

extension PCA: SupervisedModel {
  /// XᵀX and its eigenvectors, or a basis of the leading ones.
  public func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    let d = Double(features)
    if solver == .covariance {
      return MemoryEstimate(floats: 4 * d * d, lower: "features, or take svd_solver=randomized")
    }
    let width = min(d, Double(components) + Double(oversampling) + 16)
    return MemoryEstimate(floats: 6 * d * width + 2 * width * width + 4_096 * (d + width), lower: "n_components")
  }
}

extension MLP: SupervisedModel {
  /// Parameters with their gradient, two moments, the best ones so far and a copy to look at changes; a minibatch.
  public func memory(rows: Int, features: Int, outputs: Int) -> MemoryEstimate {
    let batch = max(min(batchSize, rows), 256)
    var memory = MemoryEstimate()
    memory.addNetwork(
      widths: [features] + hiddenWidths + [max(1, outputs)], floatsPerParameter: 7, rows: batch, workspaces: 2,
      lower: "hidden_layer_sizes or batch_size")
    memory.add(
      "a minibatch", bytes: 4 * Double(batch) * (Double(features) + 2 * Double(outputs)), lower: "batch_size")
    return memory
  }
}
