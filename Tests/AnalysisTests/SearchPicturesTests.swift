import Foundation
import FoundationXML
import Settings
import Testing
import Tuning

@testable import Analysis

/// Pictures of searches, of ordinary and of odd ones.
@Suite struct SearchPicturesTests {
  static func pictures(count: Int) throws -> SearchPictures {
    let space = try SearchSpace(
      yaml: """
        learning_rate: {low: 1e-5, high: 1e-1, log: true}
        net_arch: {layers: [1, 2], units: [32, 64]}
        optimizer: [sgd, adam]
        momentum: {low: 0.0, high: 1.0, when: {optimizer: sgd}}
        batch_size: [32, 64, 128]
        dropout: {low: 0.0, high: 0.5}
        """, source: "", domains: nil)
    let sampler = try SamplerName.tpe.makeSampler(space: space, seed: 1, direction: .maximize)
    var trials: [Trial] = []
    for number in 0..<count {
      let values = sampler.propose(number, history: trials)!
      guard case .number(let rate) = values["learning_rate"], case .number(let dropout) = values["dropout"] else {
        continue
      }
      let bonus = values["optimizer"] == .text("adam") ? 20.0 : 0
      let score = 300 - 40 * pow(log10(rate) + 3, 2) - 200 * pow(dropout - 0.1, 2) + bonus
      let state: Trial.State =
        switch number % 9 {
        case 4: .pruned(step: 3, score: score - 30)
        case 7 where number > 20: .failed
        case 8 where number == 35: .finished(score: -1e9)
        default: .finished(score: score)
        }
      trials.append(Trial(number, values, state))
    }
    return SearchPictures(space: space, trials: trials, direction: .maximize, metric: "rollout/ep_rew_mean")
  }

  private func svg(_ drawing: ChartDrawing) -> String {
    let text = SVGChart(drawing).text
    #expect(XMLParser(data: Data(text.utf8)).parse())
    #expect(!text.contains("nan") && !text.contains("inf\""))
    return text
  }

  @Test func `the history has a dot a trial, a cross for each failure and the best so far`() throws {
    let pictures = try Self.pictures(count: 60)
    let text = svg(pictures.history())
    let axis = pictures.scoreAxis
    let shown = pictures.scored.count { axis.share($0.score) >= 0 && axis.share($0.score) <= 1 }
    #expect(shown > 40 && shown < pictures.scored.count)
    // Two more in the legend.
    #expect(text.components(separatedBy: "<circle").count - 1 == shown + 2)
    #expect(text.contains(">failed<") && text.contains(">pruned<") && text.contains(">best so far<"))
    let bests = pictures.bests.map(\.score)
    #expect(bests == bests.sorted())
    // One disaster does not squeeze the rest together.
    #expect(pictures.scoreAxis.low > -2_000)
  }

  @Test func `each setting has its panel and its axis`() throws {
    let pictures = try Self.pictures(count: 60)
    let parallel = svg(pictures.parallelCoordinates())
    #expect(parallel.contains(">32·64<") && parallel.contains("stroke-dasharray"))
    for text in [svg(pictures.slices()), parallel] {
      for parameter in pictures.space.parameters { #expect(text.contains(">\(parameter.name)<")) }
      #expect(text.contains(">adam<"))
    }
  }

  @Test func `a page has all of them`() throws {
    let html = try Self.pictures(count: 60).page(title: "A <search>", verdict: "Trial 3 is the best one.")
    #expect(html.contains("A &lt;search&gt;"))
    for title in [
      "History of the search", "Importance of settings", "Score over each setting", "Settings of the best trials",
    ] {
      #expect(html.contains(title))
    }
    #expect(html.contains("60 trials: "))
  }

  @Test func `a search with nothing to show is drawn`() throws {
    for count in [0, 1, 2] {
      let pictures = try Self.pictures(count: count)
      for drawing in [pictures.history(), pictures.slices(), pictures.parallelCoordinates()] { _ = svg(drawing) }
      #expect(pictures.importance() == nil)
    }
    var odd = try Self.pictures(count: 5)
    odd.trials = odd.trials.map { Trial($0.number, $0.values, .finished(score: .infinity)) }
    _ = odd.page(title: "", verdict: "Trial 3 is the best one.")
    odd.trials = odd.trials.map { Trial($0.number, $0.values, .finished(score: 3)) }
    _ = odd.page(title: "", verdict: "Trial 3 is the best one.")
    let empty = SearchPictures(space: try SearchSpace([]), trials: odd.trials, direction: .minimize, metric: "m")
    _ = empty.page(title: "", verdict: "Trial 3 is the best one.")
  }
}
