import Formats
import RLCore

/// What is fixed about an environment, as a program says it of one that it lends.
package struct LentDescription: Sendable, Decodable {
  package let id: String
  let observations: PythonSpace
  let actions: PythonSpace
  let timeLimit: Int?
  let rewardThreshold: Double?
  /// Flags of an action mask; nil where it gives none.
  let masks: Int?

  /// Throws `PythonError` for spaces that columns of numbers cannot hold.
  package func specification() throws(PythonError) -> EnvironmentSpecification {
    var specification = EnvironmentSpecification(
      id: id, observationSpace: try observations.space(of: id, "observations"),
      actionSpace: try actions.space(of: id, "actions"), timeLimit: timeLimit, rewardThreshold: rewardThreshold,
      masksActions: masks != nil)
    specification.bytesPerCopy = 1_000 + 8 * specification.observationSpace.width
    if let flaw = specification.flaw { throw PythonError("\(id): \(flaw)", status: .badUsage) }
    if let masks, masks != specification.maskWidth {
      throw PythonError(
        "\(id): its action_mask has \(masks) flags, and its actions need \(specification.maskWidth ?? 0)",
        status: .badUsage)
    }
    return specification
  }
}
