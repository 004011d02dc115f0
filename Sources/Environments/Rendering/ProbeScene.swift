import Drawing

extension Probe: Drawable {
  package var stepsPerSecond: Double { 2 }
  package var actionNames: [String] { ["0", "1"] }

  /// A lamp that shows the observation, and two buttons.
  package func scene(of state: State, after action: [Float]?) -> Scene {
    var scene = Scene(x: 0...6, y: 0...4)
    let colour: Scene.Colour = state.observation < 0 ? .red : state.observation > 0 ? .green : .grey
    scene.circle(3, 2.75, radius: 0.95, .pale)
    scene.circle(3, 2.75, radius: 0.8, colour)
    scene.text("\(Int(state.observation))", 3, 2.75, size: 0.7, .paper)
    for button in 0..<2 {
      let x = 1.4 + Double(button) * 1.8
      let isPressed = action.map { Int($0[0]) == button } ?? false
      scene.rectangle(x, 0.4, 1.4, 0.85, isPressed ? .orange : .pale)
      scene.text("\(button)", x + 0.7, 0.82, size: 0.45)
    }
    return scene
  }
}
