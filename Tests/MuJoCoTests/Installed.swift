import Testing

@testable import MuJoCo

extension Trait where Self == ConditionTrait {
  /// Only where `make mujoco` has been run.
  static var needsMuJoCo: Self { .enabled(if: installed, "MuJoCo is not installed: run 'make mujoco'") }
}

private let installed = (try? MuJoCoLibrary.load()) != nil
