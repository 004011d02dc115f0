/// Where a row of observations has the goal that has been reached and the one that is to be: the columns of
/// `Dict('achieved_goal', 'desired_goal', 'observation')`, as Gymnasium-Robotics and Stable-Baselines3 have it.
package struct GoalColumns: Sendable, Hashable {
  package let achieved: Range<Int>
  package let desired: Range<Int>

  package init(achieved: Range<Int>, desired: Range<Int>) { (self.achieved, self.desired) = (achieved, desired) }
}

extension Space {
  /// nil unless the space has both goals, of equal spaces.
  package var goalColumns: GoalColumns? {
    guard case .dict(let keys, let spaces) = self else { return nil }
    var (start, found): (Int, [String: (range: Range<Int>, space: Space)]) = (0, [:])
    for (key, space) in zip(keys, spaces) {
      found[key] = (start..<start + space.width, space)
      start += space.width
    }
    guard let achieved = found["achieved_goal"], let desired = found["desired_goal"], achieved.space == desired.space
    else { return nil }
    return GoalColumns(achieved: achieved.range, desired: desired.range)
  }

  /// A space with goals, in Gymnasium's order.
  package static func goals(_ goal: Space, observation: Space) -> Space {
    .dict(["achieved_goal": goal, "desired_goal": goal, "observation": observation])
  }
}
