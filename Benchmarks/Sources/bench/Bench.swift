import ArgumentParser

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures rlrun beside what else there is, in one run on one core.",
    discussion: """
      The peers are Python programs in virtual environments of yours: PEERS=path/to/venv, PEERS_JAX=path/to/venv for
      those on JAX, and PEERS_ENVPOOL=path/to/venv for EnvPool. What to install in them stands in
      Benchmarks/Peers/README.md. Without them their figures read "not measured".
      """,
    subcommands: [
      PPOBenchmark.self, AgentsBenchmark.self, ParityBenchmark.self, EnvironmentsBenchmark.self,
      RobotsBenchmark.self, PythonEnvironmentsBenchmark.self, PythonKillsBenchmark.self, SearchKillsBenchmark.self,
      AutopilotKillsBenchmark.self, AutopilotHonestyBenchmark.self,
      SupervisedBenchmark.self,
      ModelsBenchmark.self, TablesBenchmark.self, AutopilotBenchmark.self, PortfolioBenchmark.self, DataBenchmark.self,
      KernelsBenchmark.self, TrackerBenchmark.self, DebuggerBenchmark.self, FaultsBenchmark.self, FaultsWriter.self,
      FaultsReader.self, KillsBenchmark.self, ResumeBenchmark.self, FuzzBenchmark.self, ParquetBenchmark.self,
      SearchBenchmark.self,
    ])
}
