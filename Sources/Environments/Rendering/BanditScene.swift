import Drawing
import Formats

extension Bandit: Drawable {
  package var stepsPerSecond: Double { 10 }

  /// What each lever pays on average, and which was pulled. The state knows the present context only, which is that of
  /// the next pull.
  package func scene(of state: State, after action: [Float]?) -> Scene {
    var scene = Scene(x: 0...10, y: -3.4...3.4)
    let pitch = 9.4 / Double(arms)
    for arm in 0..<arms {
      let x = 0.3 + pitch * Double(arm)
      let worth = min(max(mean(of: arm, in: state.context, state), -2.7), 2.7)
      let isPulled = action.map { Int($0[0]) == arm } ?? false
      scene.rectangle(x + pitch * 0.15, min(worth, 0), pitch * 0.7, max(abs(worth), 0.02), isPulled ? .orange : .sky)
      if isPulled { scene.circle(x + pitch / 2, worth < 0 ? worth - 0.2 : worth + 0.2, radius: 0.13, .red) }
      if arms <= 20 { scene.text("\(arm)", x + pitch / 2, -3.1, size: 0.34, .grey) }
    }
    scene.line([(0.2, 0), (9.8, 0)], width: 0.03, .ink)
    if contexts > 1 { scene.text("context \(state.context) of \(contexts)", 5, 3.1, size: 0.36) }
    return scene
  }
}
