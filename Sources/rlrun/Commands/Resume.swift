import ArgumentParser
import Experiments
import Tracker

struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run from its last checkpoint.",
    discussion: """
      Example:
        rlrun resume latest
        rlrun resume latest --steps 200000

      A resumed run records what an uninterrupted one would have. A run that is finished says so, unless --steps asks for more.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Option(help: "The new budget in transitions; extends a finished training of an agent.")
  var steps: Count?

  @Option(help: "How many threads step the copies of a training.")
  var threads: Count = 1

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(naming: reference)
    let steps = try steps?.checked(Count.steps, "--steps")
    let threads = try threads.checked(Count.threads, "--threads")
    Interruption.install()
    if FitConfiguration.describes(try store.load(id).description) { return try resumeFit(id, in: store) }
    guard let training = try TrainingRun.resume(id, steps: steps, threads: threads, in: store) else {
      return print("Run \(id) is finished at step \(try store.load(id).lastStep); --steps N extends it.")
    }
    let progress = ProgressDisplay(budget: training.configuration.plan.budget, trainings: 1)
    let result = Result<String?, any Error> {
      try FailedRun.naming(id) {
        try training.train(
          shouldStop: { Interruption.hasBeenRequested }, onProgress: { progress.update(seed: training.seed, $0) },
          onRemark: { progress.say($0, seed: training.seed) })
      }
      return id
    }
    progress.finish()
    try TrainingReport(store: store, experiment: try store.load(id).description.experiment, json: false)
      .print([result], seeds: [training.seed])
  }

  private func resumeFit(_ id: String, in store: Store) throws {
    if steps != nil {
      throw UsageError("--steps extends trainings of agents; run \(id) is a fit: fit again with more epochs")
    }
    guard let run = try FitRun.resume(id, in: store) else { return print("Run \(id) is finished.") }
    let progress = ProgressDisplay(budget: run.configuration.budget, trainings: 1, unit: "epochs", figure: "loss")
    let result = Result<String?, any Error> {
      try FailedRun.naming(id) {
        try run.fit(
          shouldStop: { Interruption.hasBeenRequested }, onProgress: { progress.update(seed: run.seed, $0) },
          onRemark: { progress.say($0, seed: run.seed) })
      }
      return id
    }
    progress.finish()
    try TrainingReport(store: store, experiment: try store.load(id).description.experiment, json: false)
      .print([result], seeds: [run.seed])
  }
}
