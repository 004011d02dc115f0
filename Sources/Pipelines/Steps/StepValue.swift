import Settings

/// The value of a step's parameter as YAML and JSON have it.
enum StepValue: Hashable, Sendable {
  case scalar(HyperparameterValue)
  case list([String])

  /// As texts: a scalar is a list of one, null a list of none.
  var texts: [String] {
    switch self {
    case .list(let texts): texts
    case .scalar(.none): []
    case .scalar(.integers(let values)): values.map(String.init)
    case .scalar(let value): [value.description]
    }
  }

  /// As a hyperparameter.
  var value: HyperparameterValue {
    switch self {
    case .scalar(let value): value
    case .list(let texts):
      texts.allSatisfy { Int($0) != nil } ? .integers(texts.map { Int($0)! }) : .text(texts.joined(separator: ", "))
    }
  }
}

extension StepValue: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let texts = try? container.decode([String].self) {
      self = .list(texts)
    } else {
      self = .scalar(try container.decode(HyperparameterValue.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .scalar(let value): try container.encode(value)
    case .list(let texts): try container.encode(texts)
    }
  }
}

extension PipelineStep {
  static var textNames: [String] { texts.map(\.name) }

  /// A step with these parameters; the others have their defaults. Throws for an unknown one, with the nearest.
  init(_ values: [String: StepValue]) throws(PipelineError) {
    let texts = Self.textNames
    let names = texts + Self.hyperparameters.map(\.name)
    for name in values.keys.sorted() where !names.contains(name) {
      throw PipelineError(HyperparameterError(unknownName: name, kind: "parameter", among: names))
    }
    let scalars = values.filter { !texts.contains($0.key) }.mapValues(\.value)
    do throws(HyperparameterError) { try self.init(scalars) } catch { throw PipelineError(error) }
    for parameter in Self.texts {
      if let value = values[parameter.name] { try parameter.set(&self, value.texts) }
    }
    try check()
  }

  /// Every parameter by name.
  var parameters: [String: StepValue] {
    var all = values.mapValues { StepValue.scalar($0) }
    for parameter in Self.texts { all[parameter.name] = .list(parameter.get(self)) }
    return all
  }
}
