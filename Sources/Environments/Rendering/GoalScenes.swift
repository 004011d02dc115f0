import Drawing

extension BitFlip: Drawable {
  package var stepsPerSecond: Double { 2 }

  /// The goal above the bits; the one that was flipped is framed, those that are wrong are pale.
  package func scene(of state: State, after action: [Float]?) -> Scene {
    let width = 10 / Double(bits)
    var scene = Scene(x: 0...10, y: 0...4)
    scene.text("goal", 5, 3.7, size: 0.34, .grey)
    for bit in 0..<bits {
      let x = Double(bit) * width
      let (isSet, isWanted) = (state.bits >> UInt64(bit) & 1 == 1, state.goal >> UInt64(bit) & 1 == 1)
      scene.rectangle(x + 0.05 * width, 2.3, 0.9 * width, 1, isWanted ? .ink : .sky)
      if action.map({ Int($0[0]) == bit }) ?? false { scene.rectangle(x, 0.6, width, 1.2, .orange) }
      scene.rectangle(x + 0.05 * width, 0.7, 0.9 * width, 1, isSet ? .ink : .sky)
      if isSet != isWanted { scene.circle(x + width / 2, 2, radius: min(0.12, 0.3 * width), .red) }
    }
    scene.text("bits", 5, 0.3, size: 0.34, .grey)
    return scene
  }
}

extension PointReach: Drawable {
  package var stepsPerSecond: Double { 10 }

  /// The goal as large as its tolerance, the point, and the push.
  package func scene(of state: State, after action: [Float]?) -> Scene {
    var scene = Scene(x: -1.3...1.3, y: -1.3...1.3)
    scene.line([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)], width: 0.02, .ink)
    scene.circle(state.goalX, state.goalY, radius: min(max(tolerance, 0.04), 0.3), .green)
    scene.circle(state.x, state.y, radius: 0.05, .blue)
    let push = action.map { $0.map { 0.2 * Double(min(max($0, -1), 1)) } } ?? [0, 0]
    scene.line([(state.x, state.y), (state.x + push[0], state.y + push[1])], width: 0.02, .orange)
    return scene
  }
}
