/// Three segments that are to swim by bending: Gymnasium's Swimmer-v5, after Coulom 2002.
package struct Swimmer: PlanarRobot {
  package static let file = "swimmer.xml"
  package static let size = ModelSize(positions: 5, velocities: 5, bodies: 4)
  package static let actions: (count: Int, bound: Float) = (2, 1)
  package static let rewardThreshold: Double? = 360
  package static let hiddenPositions = 2
  package static let leastSize = ModelSize(positions: 3, velocities: 1, bodies: 1)

  package let options: Locomotion
  package init(_ options: Locomotion) { self.options = options }
}
