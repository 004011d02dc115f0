import Foundation
import Testing

@testable import Analysis
@testable import Formats
@testable import Tracker

/// What `Tests/Goldens/rliable_scores.py` recorded of one score file.
private struct Recorded: Decodable {
  struct Aggregate: Decodable {
    var points: [Double]
    var low: [Double]
    var high: [Double]
    var profile: [Double]
  }
  var taus: [Double]
  var aggregate: [String: Aggregate]
  var improvement: [String: [Double]]

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/rliable")

  static func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: file))) }
}

private func scoreTable(_ csv: String) throws -> ScoreTable {
  try ScoreTable(csv: Array(csv.utf8), path: "s.csv")
}

@Suite struct ScoreComparisonTests {
  @Test(
    "Point estimates are rliable's to 1e-9, intervals to the bootstrap's error",
    arguments: [
      "plain", "ties", "wide", "single",
    ])
  func rliable(name: String) throws {
    let recorded = try JSONDecoder().decode(Recorded.self, from: Data(Recorded.bytes("\(name).json")))
    let table = try ScoreTable(csv: Recorded.bytes("\(name).csv"), path: name)
    let comparison = ScoreComparison(of: table, seed: 1, resamples: 5_000)
    #expect(comparison.aggregate.count == recorded.aggregate.count)
    for one in comparison.aggregate {
      let golden = try #require(recorded.aggregate[one.algorithm])
      let points = [one.iqm, one.median, one.mean, one.optimalityGap]
      let lows = [one.iqmLow, one.medianLow, one.meanLow, one.optimalityGapLow].compactMap(\.self)
      let highs = [one.iqmHigh, one.medianHigh, one.meanHigh, one.optimalityGapHigh].compactMap(\.self)
      try #require(lows.count == 4 && highs.count == 4)
      for place in 0..<4 {
        #expect(abs(points[place] - golden.points[place]) < 1e-9)
        // A tail quantile of 5,000 draws varies by about a thirtieth of the interval's width.
        let tolerance = 0.06 * (golden.high[place] - golden.low[place])
        #expect(abs(lows[place] - golden.low[place]) < tolerance)
        #expect(abs(highs[place] - golden.high[place]) < tolerance)
      }
      let environments = table.environments.map { table.scores[one.algorithm]?[$0] ?? [] }
      let scores = StratifiedScores(environments)
      for (share, expected) in zip(scores.profile(scores.once, recorded.taus), golden.profile) {
        #expect(abs(share - expected) < 1e-9)
      }
    }
    #expect(comparison.probabilityOfImprovement.count == 2 * recorded.improvement.count)
    for one in comparison.probabilityOfImprovement where one.x < one.y {
      let golden = try #require(recorded.improvement["\(one.x),\(one.y)"])
      #expect(abs(one.p - golden[0]) < 1e-9)
      let tolerance = 0.09 * (golden[2] - golden[1])
      let (low, high) = (try #require(one.low), try #require(one.high))
      #expect(abs(low - golden[1]) < tolerance && abs(high - golden[2]) < tolerance)
    }
  }

  @Test("A comparison is the same for the same seed, whatever the order of the lines, and another for another seed")
  func seeded() throws {
    let lines = try String(decoding: Recorded.bytes("plain.csv"), as: UTF8.self).split(separator: "\n")
    let reversed = ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n")
    let table = try ScoreTable(csv: Recorded.bytes("plain.csv"), path: "plain")
    let first = ScoreComparison(of: table, seed: 3, resamples: 100)
    let again = ScoreComparison(of: try scoreTable(reversed), seed: 3, resamples: 100)
    #expect(first == again)
    #expect(first.aggregate[0].iqmLow != ScoreComparison(of: table, seed: 4, resamples: 100).aggregate[0].iqmLow)
  }

  @Test("Unequal seeds: IQM over all runs, the rest over environments; what not all have does not count; both are said")
  func unequal() throws {
    let comparison = ScoreComparison(
      of: try scoreTable(
        """
        seed,score,algorithm,environment
        1,0,a,one
        2,1,a,one
        3,1,a,one
        4,0,a,one
        1,1,a,two
        1,0.5,b,one
        1,2,b,two
        1,9,b,three
        """), resamples: 50)
    #expect(comparison.environments == ["one", "two"])
    let a = try #require(comparison.aggregate.first { $0.algorithm == "a" })
    // Five runs 0 0 1 1 1 without one at each end; means ½ and 1.
    #expect(abs(a.iqm - 2.0 / 3) < 1e-12)
    #expect((a.median, a.mean, a.optimalityGap, a.runs) == (0.75, 0.75, 0.25, 5))
    let b = try #require(comparison.aggregate.first { $0.algorithm == "b" })
    #expect((b.iqm, b.mean, b.optimalityGap) == (1.25, 1.25, 0.25))
    // One run of b in an environment gives no interval, nor does one of a in 'two'.
    #expect(comparison.aggregate.allSatisfy { $0.iqmLow == nil && $0.optimalityGapHigh == nil })
    #expect(comparison.text.contains("1.250 [–]") && comparison.csv.contains("b,2,1.25,,,1.25,,,"))
    let over = try #require(comparison.probabilityOfImprovement.first { $0.x == "b" })
    #expect(over.low == nil && over.high == nil)
    #expect(over.p == 0.75)
    #expect(
      comparison.notes == [
        "Left out, because not every algorithm has scores there: three.",
        "Fewer than 5 seeds say little about the next one: a (1), b (1).",
        "Fewer than 4 runs, or one in an environment, give no interval: –.",
        "a has from 1 to 4 seeds: its IQM is over all runs, so environments with more of them weigh more; "
          + "median, mean, optimality gap and profile weigh environments equally.",
      ])
  }

  @Test("A profile counts runs strictly above a threshold")
  func profile() {
    let scores = StratifiedScores([[0, 1], [1, 2]])
    #expect(scores.profile(scores.once, [-1, 0, 0.5, 1, 2]) == [1, 0.75, 0.75, 0.25, 0])
  }

  @Test(
    "A bad score file is told in one sentence with its line",
    arguments: [
      ("", "s.csv, line 1: the file is empty: it needs a header line algorithm,environment,seed,score"),
      (
        "algorithm,environment,seed,scores\na,e,1,2\n",
        "s.csv, line 1: there is no column 'score' in the header line; is 'scores' meant for it?"
      ),
      ("algorithm,environment,seed,score\n", "s.csv, line 1: there are no scores after the header line"),
      (
        "algorithm,environment,seed,score\na,e,1,2\n\na,e,2\n",
        "s.csv, line 4: 3 fields where the header line has 4"
      ),
      ("algorithm,environment,seed,score\na,e,1,x\n", "s.csv, line 2: the score 'x' is not a number"),
      ("algorithm,environment,seed,score\na,e,1,nan\n", "s.csv, line 2: the score is nan, not a finite number"),
      ("algorithm,environment,seed,score\na,,1,1\n", "s.csv, line 2: the environment is empty"),
      (
        "algorithm,environment,seed,score\r\na,e,1,1\r\na,e,1,2\r\n",
        "s.csv, line 3: a has a score of seed 1 in e already"
      ),
      ("algorithm,environment,seed,score\n\"a,e,1,1\n", "s.csv, line 2: a quoted field has no closing quote"),
      (
        "algorithm,environment,seed,score\na,e,1,1\nb,f,1,1\n",
        "s.csv, line 1: no environment has scores of every algorithm, so nothing compares"
      ),
    ])
  func bad(csv: String, sentence: String) {
    #expect { try scoreTable(csv) } throws: { ($0 as? ScoreFileError)?.description == sentence }
  }

  @Test("CSV rows: quotes, doubled quotes, line breaks in fields, a byte order mark")
  func rows() {
    func rows(_ text: String) -> [CSVRows.Row] {
      var rows = CSVRows(text.utf8)
      var all: [CSVRows.Row] = []
      while let row = rows.next() { all.append(row) }
      return all
    }
    let sound = rows("\u{FEFF}a,\"b,\"\"c\"\"\nd\"\r\n\n,x\rlast")
    #expect(sound.map(\.fields) == [["a", "b,\"c\"\nd"], ["", "x"], ["last"]])
    #expect(sound.map(\.line) == [1, 4, 5] && sound.allSatisfy { $0.problem == nil })
    #expect(rows("").isEmpty && rows("\n\r\n").isEmpty)
    let malformed = rows("a,\"b\"c,d\n1,2\n3,\"4\n5")
    #expect(malformed.map(\.problem) == [.textAfterQuote, nil, .unclosedQuote])
    #expect(malformed.map(\.line) == [1, 2, 3] && malformed[1].fields == ["1", "2"])
  }

  @Test("Text, Markdown and CSV say the same")
  func text() throws {
    let comparison = ScoreComparison(
      of: try scoreTable(
        "algorithm,environment,seed,score\n" + (1...5).map { "a,e,\($0),1\nb|,e,\($0),0.5\n" }.joined()),
      resamples: 10)
    #expect(
      comparison.text == """
        algorithm  runs            IQM [95 %]         median [95 %]           mean [95 %]  optimality gap [95 %]
        a             5  1.000 [1.000, 1.000]  1.000 [1.000, 1.000]  1.000 [1.000, 1.000]   0.000 [0.000, 0.000]
        b|            5  0.500 [0.500, 0.500]  0.500 [0.500, 0.500]  0.500 [0.500, 0.500]   0.500 [0.500, 0.500]

        algorithm  over  probability of improvement [95 %]
        a          b|                 1.000 [1.000, 1.000]

        Normalised scores over 1 environment; IQM is the mean of the middle half of all runs; intervals: 10 stratified \
        bootstrap resamples, seed 0.
        """)
    #expect(comparison.markdown.contains("| a | b\\| | 1.000 [1.000, 1.000] |"))
    #expect(comparison.markdown.hasPrefix("| algorithm | runs |"))
    #expect(comparison.csv.split(separator: "\n")[1] == "a,5,1,1,1,1,1,1,1,1,1,0,0,0")
  }
}
