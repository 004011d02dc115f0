import BLASBridge
import Foundation
import Learning

extension SupervisedWork {
  static func all() throws -> [SupervisedWork] {
    [training] + [1, 256, 4096].map(inference) + [1, 8, 256].map(policy) + [softmax, ridge]
      + PCA.Solver.allCases.map(components) + [clusters]
  }

  private static let widths = [SupervisedData.width, 128, SupervisedData.classes]

  // MARK: Networks

  private static var training: SupervisedWork {
    SupervisedWork(
      name: "train MLP 784-128-10",
      rivals: [
        Rival(name: "PyTorch", work: "train_torch", wanted: 2.5),
        Rival(name: "scikit-learn", work: "train_sklearn", wanted: 2.5),
      ], quality: "loss", limitedBy: "the products alone",
      limit: { _, _ in
        let products = LayerProducts(widths: widths, rows: 128)
        return repeated(rows: 128) {
          products.forward()
          products.backward()
        }
      },
      go: { data, _ in
        var settings = MLP()
        settings.hiddenWidths = [128]
        settings.batchSize = 128
        settings.epochs = 2
        let trainer = MLPTrainer(settings, data.x, .classes(data.labels, count: SupervisedData.classes), seed: 1)
        let sink = DeafSink()
        var loss = 0.0
        let time = timed { for _ in 0..<2 { loss = trainer.runEpoch(reporting: sink).training } }
        return Outcome(count: 2 * data.x.rows, time: time, quality: loss)
      })
  }

  private static func inference(rows: Int) -> SupervisedWork {
    SupervisedWork(
      name: "apply it to \(grouped(Double(rows))) rows", rows: rows,
      rivals: [
        Rival(name: "ONNX Runtime", work: "infer_onnxruntime", wanted: [1: 3.5, 256: 0.93, 4096: 1.1][rows]!)
      ], quality: "mean output", limitedBy: "the products alone",
      limit: { data, _ in
        let chunk = min(rows, 256)
        let products = LayerProducts(widths: widths, rows: chunk)
        return repeated(rows: rows) {
          for start in stride(from: 0, to: rows, by: chunk) { products.forward(data.x.base + start * widths[0]) }
        }
      },
      go: { data, _ in
        let (network, parameters) = (data.network, data.parameters)
        let workspace = network.makeWorkspace(rows: min(rows, 256))
        let outputs = FloatBuffer(count: rows * widths[2])
        func go() {
          network.forward(data.x.base, rows: rows, parameters: parameters.base, in: workspace, into: outputs.base)
        }
        go()
        return repeated(
          rows: rows, quality: outputs.elements.reduce(0) { $0 + Double($1) } / Double(outputs.count), go)
      })
  }

  private static func policy(rows: Int) -> SupervisedWork {
    let widths = [4, 64, 64, 2]
    return SupervisedWork(
      name: "policy 4-64-64-2, \(rows) rows", rows: rows, limitedBy: "the products alone",
      limit: { _, _ in
        let products = LayerProducts(widths: widths, rows: rows)
        return repeated(rows: rows) { products.forward() }
      },
      go: { _, _ in
        let network = Network(widths: widths, hidden: .tanh)
        let parameters = FloatBuffer(count: network.parameterCount)
        for i in 0..<parameters.count { parameters.base[i] = Float(i * 7919 % 1009) / 1009 - 0.5 }
        let workspace = network.makeWorkspace(rows: rows)
        let x = (0..<rows * 4).map { Float($0 % 11) / 11 }
        return repeated(rows: rows) { network.forward(x, rows: rows, parameters: parameters.base, in: workspace) }
      })
  }

  // MARK: Linear models and structure

  private static func fit(_ work: () throws -> Double) rethrows -> Outcome {
    var quality = 0.0
    let time = try timed { quality = try work() }
    return Outcome(time: time, quality: quality)
  }

  /// Aᵀ · A of all rows.
  private static func symmetricProduct(_ data: SupervisedData) -> Outcome {
    let gram = Matrix<Float>(rows: data.x.columns, columns: data.x.columns)
    return Outcome(time: timed { BLAS.syrk(data.x, transpose: true, into: gram) })
  }

  /// Reading all rows so many times.
  private static func reading(_ data: SupervisedData, times: Int) -> Outcome {
    let rows = data.x
    var sum: Float = 0
    let time = timed { for row in 0..<rows.rows { sum += BLAS.asum(rows.row(row)) } }
    precondition(sum.isFinite)
    return Outcome(time: (time.seconds * Double(times), time.cpuSeconds * Double(times)))
  }

  private static var softmax: SupervisedWork {
    SupervisedWork(
      name: "softmax regression", isFit: true,
      rivals: [Rival(name: "scikit-learn", work: "softmax_sklearn", wanted: 3)], quality: "loss",
      limitedBy: "reading the rows once an evaluation", limit: { reading($0, times: $1.passes) },
      go: { data, goal in
        // Until the peer's loss is reached, where there is one.
        struct Reached: Error {}
        var (loss, passes) = (Double.infinity, 1)
        var outcome = Outcome(
          time: timed {
            _ = try? LogisticRegression().fit(data.x, data.labels, classes: SupervisedData.classes) {
              (passes, loss) = ($0 + 1, $1)
              if loss <= goal ?? -.infinity { throw Reached() }
            }
          })
        outcome.quality = loss
        outcome.passes = passes
        return outcome
      })
  }

  private static var ridge: SupervisedWork {
    SupervisedWork(
      name: "ridge", isFit: true, rivals: [Rival(name: "scikit-learn", work: "ridge_sklearn", wanted: 1.15)],
      quality: "R²", limitedBy: "one ssyrk", limit: { data, _ in symmetricProduct(data) },
      go: { data, _ in
        let targets = Matrix<Float>(rows: data.x.rows, columns: SupervisedData.classes)
        for row in 0..<data.x.rows { targets[row, data.labels[row]] = 1 }
        var model: LinearModel?
        var outcome = try fit {
          model = try RidgeRegression().fit(data.x, targets)
          return 0
        }
        let predicted = model!.predict(data.x)
        let scores = (0..<targets.columns).map {
          Scores.r2(targets.column($0).elements, predicted.column($0).elements)
        }
        outcome.quality = scores.reduce(0, +) / Double(scores.count)
        return outcome
      })
  }

  private static func components(_ solver: PCA.Solver) -> SupervisedWork {
    SupervisedWork(
      name: "PCA 50, \(solver.rawValue)", isFit: true,
      rivals: [Rival(name: "scikit-learn", work: "pca_sklearn", wanted: solver == .covariance ? 1 : 1.5)],
      quality: "variance", limitedBy: "one ssyrk", limit: { data, _ in symmetricProduct(data) },
      go: { data, _ in
        try fit {
          var settings = PCA()
          settings.components = 50
          settings.solver = solver
          return try settings.fit(data.x, seed: 1).varianceRatios.reduce(0) { $0 + Double($1) }
        }
      })
  }

  private static var clusters: SupervisedWork {
    SupervisedWork(
      name: "k-means, 10 clusters", isFit: true,
      rivals: [Rival(name: "scikit-learn", work: "kmeans_sklearn", wanted: 3)], quality: "inertia",
      limitedBy: "reading the rows once an iteration", limit: { reading($0, times: $1.passes) },
      go: { data, _ in
        var settings = KMeans()
        settings.clusters = SupervisedData.classes
        var passes = 1
        var outcome = fit {
          let result = settings.fit(data.x, from: data.centres)
          passes = result.iterations
          return result.inertia
        }
        outcome.passes = passes
        return outcome
      })
  }
}
