import RLCore
import Randomness

/// Blackjack against a dealer who draws below 17, from an infinite deck (Sutton and Barto, example 5.1).
///
/// Actions: 0 sticks, 1 hits. Reward 1, 0 or −1 when the game is won, drawn or lost. The observation is the player's sum,
/// the dealer's open card (1 for an ace) and whether the player has an ace that counts 11.
package struct Blackjack: TabularModel {
  /// Cards in a hand; an ace counts 1 in the sum.
  package struct Hand: Sendable, Codable, Hashable {
    var sum = 0
    var cards = 0
    var hasAce = false
  }

  package struct State: Sendable, Codable, Hashable {
    package var player, dealer: Hand
    /// The dealer's open card, 1 … 10.
    package var open: Int
  }

  /// What an ace and a ten in the first two cards are worth.
  enum Naturals: Sendable {
    /// They win against all but the dealer's own (`sab`, the book's rule).
    case win
    /// They pay 1.5 where they win (`natural`).
    case payMore
    case nothing
  }

  package let specification: EnvironmentSpecification
  private let naturals: Naturals
  private let dealerOutcomes: [[DealerOutcome]]

  init(id: String, naturals: Naturals) {
    specification = EnvironmentSpecification(
      id: id, observationSpace: .multiDiscrete([32, 11, 2]), actionSpace: .discrete(count: 2))
    self.naturals = naturals
    dealerOutcomes = (0...10).map { $0 == 0 ? [] : Self.outcomes(open: $0) }
  }

  package func reset(using generator: inout PCG64) -> State {
    let open = Self.drawCard(using: &generator)
    var (player, dealer) = (Hand(), Hand())
    dealer.take(open)
    dealer.take(Self.drawCard(using: &generator))
    player.take(Self.drawCard(using: &generator))
    player.take(Self.drawCard(using: &generator))
    // Gymnasium draws the suit of the open card, and the picture of a ten, here.
    _ = generator.choice(4)
    if open == 10 { _ = generator.choice(3) }
    return State(player: player, dealer: dealer, open: open)
  }

  package func step(_ state: inout State, action: Span<Float>, using generator: inout PCG64) -> Outcome {
    if action[0] == 1 {
      state.player.take(Self.drawCard(using: &generator))
      return state.player.isBust ? Outcome(reward: -1, ending: .terminated) : Outcome(reward: 0, ending: .none)
    }
    while state.dealer.value < 17 { state.dealer.take(Self.drawCard(using: &generator)) }
    let reward = reward(
      score: state.player.score, isNatural: state.player.isNatural, dealer: state.dealer.score,
      dealerIsNatural: state.dealer.isNatural)
    return Outcome(reward: reward, ending: .terminated)
  }

  package func observe(_ state: State, into observation: inout MutableSpan<Float>) {
    observation[0] = Float(state.player.value)
    observation[1] = Float(state.open)
    observation[2] = state.player.hasUsableAce ? 1 : 0
  }

  package func batch(of states: [State]) -> any BatchKernel<State> { BlackjackKernel(self, states: states) }

  private func reward(score: Int, isNatural: Bool, dealer: Int, dealerIsNatural: Bool) -> Double {
    if naturals == .win, isNatural, !dealerIsNatural { return 1 }
    if score == dealer { return 0 }
    guard score > dealer else { return -1 }
    return naturals == .payMore && isNatural ? 1.5 : 1
  }

  private static func drawCard(using generator: inout PCG64) -> Int { min(generator.choice(13) + 1, 10) }
}

extension Blackjack.Hand {
  var hasUsableAce: Bool { hasAce && sum + 10 <= 21 }
  var value: Int { hasUsableAce ? sum + 10 : sum }
  var isBust: Bool { value > 21 }
  /// What is compared: 0 for a bust.
  var score: Int { isBust ? 0 : value }
  var isNatural: Bool { cards == 2 && hasAce && sum == 11 }

  mutating func take(_ card: Int) {
    sum += card
    cards += 1
    if card == 1 { hasAce = true }
  }
}

/// The probabilities. States are the observations, (sum × 11 + open card) × 2 + usable ace, and after them one for each
/// open card of a player whose first two cards are an ace and a ten.
extension Blackjack {
  private struct DealerOutcome: Sendable {
    var probability: Double
    var score: Int
    var isNatural: Bool
  }

  private static let observations = 32 * 11 * 2
  /// The probability of each card, the ace first.
  private static let deck = (1...10).map { card in (card, card == 10 ? 4.0 / 13 : 1.0 / 13) }

  package var stateCount: Int { Self.observations + 11 }
  package var actionCount: Int { 2 }

  package func index(of state: State) -> Int {
    if state.player.isNatural { return Self.observations + state.open }
    return Self.index(state.player, open: state.open)
  }

  private static func index(_ player: Hand, open: Int) -> Int {
    (player.value * 11 + open) * 2 + (player.hasUsableAce ? 1 : 0)
  }

  package var startProbabilities: [Double] {
    var probabilities = Array(repeating: 0.0, count: stateCount)
    for (open, openProbability) in Self.deck {
      for (first, firstProbability) in Self.deck {
        for (second, secondProbability) in Self.deck {
          var (player, dealer) = (Hand(), Hand())
          dealer.take(open)
          player.take(first)
          player.take(second)
          probabilities[index(of: State(player: player, dealer: dealer, open: open))] +=
            openProbability * firstProbability * secondProbability
        }
      }
    }
    return probabilities
  }

  /// A state that no game reaches leads nowhere: it ends the game with reward 0.
  package func transitions(from state: Int, action: Int) -> [Transition] {
    let isNatural = state >= Self.observations
    let open = isNatural ? state - Self.observations : state / 2 % 11
    let value = isNatural ? 21 : state / 22
    let hasUsableAce = isNatural || state % 2 == 1
    guard open > 0, value >= (hasUsableAce ? 12 : 4), value <= 21 else {
      return [Transition(1, to: state, reward: 0, terminated: true)]
    }
    if action == 1 {
      return Self.deck.map { card, probability in
        var player = Hand(sum: hasUsableAce ? value - 10 : value, cards: 2, hasAce: hasUsableAce)
        player.take(card)
        // Without a usable ace, one that comes at 10 or below is usable; others already in the hand never are again.
        let next = Self.index(player, open: open)
        return Transition(probability, to: next, reward: player.isBust ? -1 : 0, terminated: player.isBust)
      }
    }
    return dealerOutcomes[open].map {
      let reward = reward(score: value, isNatural: isNatural, dealer: $0.score, dealerIsNatural: $0.isNatural)
      return Transition($0.probability, to: state, reward: reward, terminated: true)
    }
  }

  /// How the dealer's hand may end, given the open card.
  private static func outcomes(open: Int) -> [DealerOutcome] {
    var outcomes: [DealerOutcome] = []
    func play(_ hand: Hand, _ probability: Double) {
      if hand.cards >= 2, hand.value >= 17 {
        if let same = outcomes.firstIndex(where: { $0.score == hand.score && $0.isNatural == hand.isNatural }) {
          outcomes[same].probability += probability
        } else {
          outcomes.append(DealerOutcome(probability: probability, score: hand.score, isNatural: hand.isNatural))
        }
        return
      }
      for (card, cardProbability) in deck {
        var next = hand
        next.take(card)
        play(next, probability * cardProbability)
      }
    }
    var hand = Hand()
    hand.take(open)
    play(hand, 1)
    return outcomes
  }
}
