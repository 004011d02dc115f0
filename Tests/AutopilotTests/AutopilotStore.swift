import Autopilot
import Fitting
import Runs
import Search
import TestSupport
import Tracker

extension Store {
  /// A new one, for runs of the kinds that the program knows.
  static func ofAutopilots(in folder: TemporaryFolder) throws -> Store {
    RunKinds.register(FitConfiguration.self)
    RunKinds.register(SearchConfiguration.self)
    RunKinds.register(AutopilotConfiguration.self)
    return try Store(path: folder.path + "/runs", create: true)
  }
}
