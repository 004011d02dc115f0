import Datasets
import Formats
import Foundation

/// A pipeline that has learnt from training rows. It is part of a model's checkpoint, and prepares every table that the model
/// is to predict.
///
/// ```swift
/// import Datasets
/// import Foundation
///
/// func prepared(_ json: Data, _ table: Table) throws -> Table {
///   let pipeline = try FittedPipeline(json: json)
///   return try pipeline.transform(table).dense(limit: 1e9)
/// }
/// ```
public struct FittedPipeline: Sendable {
  struct Step: Sendable {
    var name: String
    var fitted: any FittedStep
  }

  /// Of the form that it is saved in.
  static let version = 1

  let steps: [Step]

  init(steps: [Step]) { self.steps = steps }

  /// Applies every step. The table may have more columns than those the pipeline needs, and no row; it needs no target.
  ///
  /// Throws where a column is missing or has another kind, and where a category is new that a step was told to refuse.
  public func transform(_ table: Table) throws(PipelineError) -> PipelineOutput {
    var output = PipelineOutput(table)
    for (place, step) in steps.enumerated() {
      do throws(PipelineError) { try step.fitted.transform(&output) } catch { throw error.inStep(place, step.name) }
    }
    return output
  }

  /// The same bytes for the same pipeline; every number is exact.
  public func json() throws -> Data { try JSONForm.exact.encode(self) }

  /// Reads what `json` wrote, in this program or an earlier one.
  ///
  /// Throws where it is no pipeline, comes from a later program, or has a step that this program does not know.
  public init(json: Data) throws(PipelineError) {
    do {
      self = try JSONForm.exact.decode(FittedPipeline.self, from: json)
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError("this is no saved pipeline, or a damaged one")
    }
  }
}

/// `{"steps":[{"fitted":{…},"step":"standard"},…],"version":1}`
extension FittedPipeline: Codable {
  private enum Keys: String, CodingKey { case version, steps }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    let version = try container.decode(Int.self, forKey: .version)
    guard version == Self.version else {
      throw PipelineError(
        "the pipeline was saved in version \(version), and this program reads version \(Self.version)")
    }
    steps = try container.decode([Step].self, forKey: .steps)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(Self.version, forKey: .version)
    try container.encode(steps, forKey: .steps)
  }
}

extension FittedPipeline.Step: Codable {
  private enum Keys: String, CodingKey { case step, fitted }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    name = try container.decode(String.self, forKey: .step)
    guard let type = try PipelineSteps.named(name) as? any ColumnStep.Type else {
      throw PipelineError("a model's pipeline cannot have the step '\(name)'")
    }
    func decode<Kind: ColumnStep>(_ type: Kind.Type) throws -> any FittedStep {
      try container.decode(Kind.Fitted.self, forKey: .fitted)
    }
    fitted = try decode(type)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(name, forKey: .step)
    try container.encode(fitted, forKey: .fitted)
  }
}
