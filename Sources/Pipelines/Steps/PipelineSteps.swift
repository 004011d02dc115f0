import Settings
import Synchronization

/// The steps of this library, and those that a program registers. Use it to list steps and to register your own.
///
///     print(PipelineSteps.all.map { "\($0.name): \($0.summary)" })
///
/// A new step of this library is its file here and its line in `builtIn`.
package enum PipelineSteps {
  package static let builtIn: [any PipelineStep.Type] = [
    ImputeStep.self, StandardStep.self, MinMaxStep.self, RobustStep.self, QuantileStep.self, PowerStep.self,
    LogStep.self, OneHotStep.self, OrdinalStep.self, TargetStep.self, FrequencyStep.self, HashStep.self, RareStep.self,
    DateStep.self, CountWordsStep.self, TfidfStep.self, BinStep.self, PolynomialStep.self, CombineStep.self,
    SplitColumnStep.self, ImageStep.self, SelectStep.self, PCAStep.self, DropStep.self,
    FilterStep.self, SampleStep.self, DeduplicateStep.self, JoinStep.self, GroupStep.self, SortStep.self, LagStep.self,
  ]
  private static let registered = Mutex<[any PipelineStep.Type]>([])

  /// The steps of this library and of this program.
  package static var all: [any PipelineStep.Type] { builtIn + registered.withLock { $0 } }

  /// Makes a step of your own known by its name in this program. Traps where its name is taken.
  package static func register(_ type: any ColumnStep.Type) {
    registered.withLock { types in
      precondition(!(builtIn + types).contains { $0.name == type.name }, "there is a step '\(type.name)' already")
      types.append(type)
    }
  }

  /// Throws, naming the nearest, where there is no step of that name.
  package static func named(_ name: String) throws(PipelineError) -> any PipelineStep.Type {
    if let type = all.first(where: { $0.name == name }) { return type }
    throw PipelineError(HyperparameterError(unknownName: name, kind: "step", among: all.map { $0.name }))
  }
}
