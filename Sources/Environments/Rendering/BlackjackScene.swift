import Drawing

extension Blackjack: Drawable {
  package var stepsPerSecond: Double { 1 }
  package var actionNames: [String] { ["stick", "hit"] }

  /// The dealer's open card over the player's hand. The state knows sums, not cards, so the player's are blank but for
  /// their sum.
  package func scene(of state: State, after action: [Float]?) -> Scene {
    var scene = Scene(x: 0...10, y: 0...7, background: .init(0x1E6B4A))
    let hasStuck = action?[0] == 0
    scene.text("dealer" + (hasStuck ? " \(state.dealer.value)" : ""), 1.6, 5.2, size: 0.5, .paper)
    for card in (0..<state.dealer.cards).reversed() {
      let x = 3.4 + Double(card) * 0.75
      if card == 0 { scene.card(x, 4.1, face: state.open == 1 ? "A" : "\(state.open)") }
      if card > 0 { scene.card(x, 4.1, face: hasStuck ? "" : nil) }
    }
    scene.text("player \(state.player.value)", 1.6, 1.8, size: 0.5, .paper)
    if state.player.hasUsableAce { scene.text("with an ace as 11", 1.6, 1.2, size: 0.28, .paper) }
    if state.player.isBust { scene.text("bust", 1.6, 1.2, size: 0.45, .yellow) }
    for card in (0..<state.player.cards).reversed() {
      scene.card(3.4 + Double(card) * 0.75, 0.7, face: card == 0 ? "\(state.player.value)" : "")
    }
    return scene
  }
}

extension Scene {
  /// A card from its left lower corner; nil for its back.
  fileprivate mutating func card(_ x: Double, _ y: Double, face: String?) {
    func plate(_ margin: Double, _ colour: Colour) {
      let cut = 0.15 - margin * 0.5
      let (left, right, bottom, top) = (x + margin, x + 1.6 - margin, y + margin, y + 2.2 - margin)
      polygon(
        [
          (left + cut, bottom), (right - cut, bottom), (right, bottom + cut), (right, top - cut), (right - cut, top),
          (left + cut, top), (left, top - cut), (left, bottom + cut),
        ], colour)
    }
    plate(0, .init(0x123F2C))
    plate(0.04, .paper)
    if let face {
      if !face.isEmpty { text(face, x + 0.8, y + 1.1, size: 0.85, face == "A" ? .red : .ink) }
    } else {
      plate(0.16, .init(0x2F5FA8))
      for row in 0..<4 { circle(x + 0.8, y + 0.5 + 0.4 * Double(row), radius: 0.11, .sky) }
    }
  }
}
