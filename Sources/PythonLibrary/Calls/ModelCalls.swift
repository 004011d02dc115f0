import Datasets
import Fitting
import Learning
import Models
import ONNX
import Runs
import Settings
import Tracker

/// Models that are fitted to rows: those of runs, and those that are fitted to arrays here.
enum ModelCalls {
  static let all: [any Call.Type] = [
    List.self, Fit.self, Predict.self, Save.self, Open.self, ExportGraph.self, Load.self, PredictFile.self,
    ExportRun.self,
  ]

  struct List: Call {
    static let name = "models.list"

    struct One: Encodable {
      var name: String
      var summary: String
      var tasks: [String]
      var takesWeights: Bool
      var settings: [TrainingCalls.Settings.One]
    }

    func answer() -> [One] {
      func settings<Model: FittableModel>(_ type: Model.Type) -> [TrainingCalls.Settings.One] {
        Model.documentation.map {
          TrainingCalls.Settings.One(name: $0.name, meaning: $0.meaning, range: $0.range, default: $0.defaultValue)
        }
      }
      return ModelCatalogue.all.map { type in
        One(
          name: type.name, summary: type.summary, tasks: type.tasks.map(\.rawValue), takesWeights: type.takesWeights,
          settings: settings(type))
      }
    }
  }

  /// Of `rows` rows of doubles at `x`; targets and weights of as many doubles, which Python keeps until the call is over.
  struct Fit: Call {
    static let name = "model.fit"
    var model: String
    var values: [String: HyperparameterValue]
    var x: Int
    var rows: Int
    var width: Int
    var y: Int?
    /// Where the targets are indices of classes.
    var classes: Int?
    var weights: Int?
    var seed: UInt64

    struct Answer: Encodable {
      var handle: Int
      var steps: Int
    }

    func answer() throws -> Answer {
      let features = try ArrayModel.Rows(address: x, count: rows, width: width)
      let weights = try weights.map { try column($0).map { Float($0) } }
      if let weights {
        let total = weights.reduce(0, +)
        guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }), total > 0 else {
          throw LibraryError("weights of rows are numbers from 0 on, of which one is above it")
        }
      }
      let mean = weights.map { $0.reduce(0, +) / Float(rows) }
      let target: ArrayModel.Target
      if let y {
        let numbers = try column(y)
        if let classes {
          guard classes >= 2, numbers.allSatisfy({ $0 >= 0 && $0 < Double(classes) }) else {
            throw LibraryError("targets are indices of 2 classes or more")
          }
          target = .classes(numbers.map { Int($0) }, count: classes)
        } else {
          guard numbers.allSatisfy(\.isFinite) else { throw LibraryError("targets are finite numbers") }
          target = .numbers(numbers.map { Float($0) })
        }
      } else {
        target = .nothing
      }
      let scaled = weights.map { weights in weights.map { $0 / mean! } }
      let fitted = try ArrayModel(fitting: model, values, to: features, target, weights: scaled, seed: seed)
      return Answer(handle: Handles.keep(fitted), steps: fitted.steps)
    }

    private func column(_ address: Int) throws -> [Double] {
      Array(try ArrayModel.Rows(address: address, count: rows, width: 1).values)
    }
  }

  struct Predict: Call {
    static let name = "model.predict"
    var handle: Int
    var x: Int
    var rows: Int
    var width: Int

    struct Answer: Encodable {
      var handle: Int
      var values: ColumnPlace
      var columns: Int
    }

    func answer() throws -> Answer {
      let outputs = try Handles.find(handle, ArrayModel.self).outputs(
        of: ArrayModel.Rows(address: x, count: rows, width: width))
      let values = SharedColumn(outputs.values)
      return Answer(handle: Handles.keep(values), values: values.place, columns: outputs.columns)
    }
  }

  struct Save: Call {
    static let name = "model.save"
    var handle: Int
    func answer() throws -> PolicyCalls.Bytes { PolicyCalls.Bytes(try Handles.find(handle, ArrayModel.self).save()) }
  }

  struct Open: Call {
    static let name = "model.open"
    var address: Int
    var count: Int

    func answer() throws -> Int {
      guard count >= 1, let start = UnsafePointer<UInt8>(bitPattern: address) else {
        throw LibraryError("there is no model in no bytes")
      }
      return Handles.keep(try ArrayModel(saved: Array(UnsafeBufferPointer(start: start, count: count))))
    }
  }

  /// The bytes of a model as an ONNX model.
  struct ExportGraph: Call {
    static let name = "model.onnx"
    var handle: Int
    /// What the classes are called, where there are classes: texts, or numbers.
    var labels: [String]?
    var numbers: [Int]?

    func answer() throws -> PolicyCalls.Bytes {
      let classes = labels.map { ONNXTensor($0) } ?? numbers.map { ONNXTensor($0) }
      return PolicyCalls.Bytes(try Handles.find(handle, ArrayModel.self).onnx(classes: classes))
    }
  }

  /// The same of a run's model.
  struct ExportRun: Call {
    static let name = "model.exportRun"
    var store: String
    var run: String

    func answer() throws -> PolicyCalls.Bytes {
      let store = try Store(path: store, create: false)
      return PolicyCalls.Bytes(try Predictor.onnx(of: store.find(run), in: store))
    }
  }

  /// What a run's model is fitted to and predicts.
  struct Load: Call {
    static let name = "model.load"
    var store: String
    var run: String

    struct Answer: Encodable {
      var run: String
      var model: String
      var inputs: [String]
      var outputs: [String]
    }

    func answer() throws -> Answer {
      let store = try Store(path: store, create: false)
      let id = try store.find(run)
      let predictor = try Predictor(of: id, in: store)
      return Answer(run: id, model: predictor.name, inputs: predictor.inputs, outputs: predictor.columns)
    }
  }

  /// The predictions for the rows of a CSV file, as CSV.
  struct PredictFile: Call {
    static let name = "model.predictFile"
    var store: String
    var run: String
    var path: String

    func answer() throws -> PolicyCalls.Bytes {
      let store = try Store(path: store, create: false)
      var text: [UInt8] = []
      _ = try Predictor(of: run, in: store).predict(csv: path) { text += $0 }
      return PolicyCalls.Bytes(text)
    }
  }
}
