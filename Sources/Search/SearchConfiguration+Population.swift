import Learning
import Runs
import Settings
import Tracker
import Tuning

extension SearchConfiguration {
  /// Throws a sentence where what is searched cannot change between two stretches of a training.
  func checkPopulation() throws {
    guard let population else { return }
    guard case .run(let template) = subject,
      let type = RunKinds.configuration(of: template.kind) as? any LearnerConfiguration.Type,
      template.budgetParameter != nil
    else {
      throw ConfigurationError("a population goes on from checkpoints of trainings: \(subject.name) has none")
    }
    if population.members < 2 {
      throw ConfigurationError("a population has at least 2 members, not \(population.members)")
    }
    if population.stretch < 1 || population.stretch >= template.budget {
      throw ConfigurationError(
        "members are compared after fewer steps than the \(template.budget) they train for, not \(population.stretch)")
    }
    if seedsPerTrial > 1 || pruner != .none || sampler == .grid {
      throw ConfigurationError(
        "a population has one seed a member, no pruner and no grid: its members are compared instead")
    }
    for parameter in space.parameters {
      try requireChangeable(parameter, template, type)
    }
  }

  private func requireChangeable<Configuration: LearnerConfiguration>(
    _ parameter: SearchParameter, _ template: TrialTemplate, _: Configuration.Type
  ) throws {
    let sentence = "'\(parameter.name)' cannot change in a training that goes on: leave it out of a population's space"
    if parameter.name == template.budgetParameter { throw ConfigurationError(sentence) }
    let ends = parameter.range.ends
    let surroundings = Surroundings.current()
    var configurations: [Configuration] = []
    for value in ends {
      configurations.append(
        try Configuration(of: template.description([parameter.name: value], surroundings: surroundings)))
    }
    for changed in configurations.dropFirst() {
      do {
        try configurations[0].requireCheckpoints(loadableBy: changed, seed: 0)
      } catch is CheckpointError {
        throw ConfigurationError(sentence)
      }
    }
  }
}

extension SearchRange {
  /// Values at its ends, or all of a choice.
  fileprivate var ends: [HyperparameterValue] {
    switch self {
    case .real(let low, let high, _, _): [.number(low), .number(high)]
    case .integer(let low, let high, _, let step): [.integer(low), .integer(low + (high - low) / step * step)]
    case .choice(let values): values
    case .widths(let layers, let units):
      [
        .integers(Array(repeating: units[0], count: layers.lowerBound)),
        .integers(Array(repeating: units[units.count - 1], count: layers.upperBound)),
      ]
    }
  }
}
