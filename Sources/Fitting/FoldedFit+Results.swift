import BLASBridge
import Formats
import Learning
import Models
import Telemetry
import Validation

// The results of all folds together, once they are finished.
extension FoldedFit {
  private var width: Int {
    let rows = folds.parts.reduce(0) { $0 + $1.test.count }
    return rows > 0 ? outputs.count / rows : 0
  }

  private typealias Place = (row: Int, fold: Int, output: Int)

  /// Where the test rows of a repeat are, in their order: among the usable ones, in which fold, and among the outputs.
  private func places(repeat number: Int) -> [Place] {
    var offset = folds.parts.prefix(number * folds.count).reduce(0) { $0 + $1.test.count }
    var places: [Place] = []
    for fold in 0..<folds.count {
      for row in folds.parts[number * folds.count + fold].test {
        places.append((row, fold, offset))
        offset += 1
      }
    }
    return places.sorted { $0.row < $1.row }
  }

  /// `[places, width]`
  private func predictions(_ places: [Place]) -> [Double] {
    let width = width
    return places.flatMap { outputs[$0.output * width..<($0.output + 1) * width].map(Double.init) }
  }

  private func held(_ places: [Place], _ predictions: [Double], _ all: FitRows) -> (rows: [Int], held: HeldOutRows) {
    let rows = places.map(\.row)
    let truth: SupervisedTarget =
      switch all.target {
      case .classes(let labels, let count): .classes(rows.map { labels[$0] }, count: count)
      case .numbers(let numbers): .numbers(numbers.rows(at: rows))
      case .quantiles(let shares, let numbers): .quantiles(shares, of: numbers.rows(at: rows))
      }
    return (rows, HeldOutRows(HeldOutRows.Kind(truth, predicted: predictions), parts: places.map(\.fold)))
  }

  /// The test rows of a repeat with their predictions, by the place of the rows; `rows` are their places among the usable ones.
  func heldOut(repeat number: Int, _ all: FitRows) -> (rows: [Int], held: HeldOutRows) {
    let places = places(repeat: number)
    return held(places, predictions(places), all)
  }

  var repeats: Int { folds.parts.count / folds.count }

  /// The rows that are tested in every repeat, with the mean of their predictions.
  func pooled(_ all: FitRows) -> (rows: [Int], held: HeldOutRows) {
    let first = places(repeat: 0)
    var sums = predictions(first)
    for number in 1..<max(1, repeats) {
      for (index, value) in predictions(places(repeat: number)).enumerated() { sums[index] += value }
    }
    let factor = 1 / Double(repeats)
    return held(first, sums.map { $0 * factor }, all)
  }

  /// The mean of each measure over the folds that have it; what is of one class is of all test rows together.
  func scores(_ held: HeldOutRows, classes: [String]) -> FitScores {
    var (names, values): ([String], [String: [Double]]) = ([], [:])
    for score in results.flatMap(\.scores) {
      if values[score.name] == nil { names.append(score.name) }
      values[score.name, default: []].append(score.value)
    }
    let means = names.map { FitScores.Score(name: $0, value: mean(values[$0]!)) }
    guard case .classes(let probabilities, let labels) = held.kind else { return FitScores(means) }
    let matrix = Matrix(
      rows: probabilities.rows, columns: probabilities.classes, probabilities.values.map { Float($0) })
    return FitScores(truth: labels, probabilities: matrix, classes: classes).replacingOverall(means)
  }

  /// A line for each prediction of a test row: its number in the data, its fold, the truth, and what was predicted.
  func csv(_ all: FitRows, classes: [String]) -> String {
    let isRepeated = repeats > 1
    let shares = all.data.quantiles ?? []
    let predictions =
      shares.isEmpty
      ? ["prediction"] + classes.map { "probability_\($0)" } : shares.map { "quantile_\(shortest($0))" }
    return CSVWriter.text { writer in
      writer.row(["row"] + (isRepeated ? ["repeat"] : []) + ["fold", "truth"] + predictions)
      for number in 0..<repeats {
        let (rows, held) = heldOut(repeat: number, all)
        let best: [Int] = if case .classes(let probabilities, _) = held.kind { probabilities.best } else { [] }
        for (place, row) in rows.enumerated() {
          writer.field(self.number(ofUsable: row))
          if isRepeated { writer.field(number + 1) }
          writer.field(held.parts[place] + 1)
          switch held.kind {
          case .classes(let probabilities, let labels):
            writer.field(classes[labels[place]])
            writer.field(classes[best[place]])
            for label in classes.indices { writer.field("\(Float(probabilities[place, label]))") }
          case .numbers(let predicted, let truth):
            writer.field("\(Float(truth[place]))")
            writer.field("\(Float(predicted[place]))")
          case .quantiles(let shares, let predicted, let truth):
            writer.field("\(Float(truth[place]))")
            for index in shares.indices { writer.field("\(Float(predicted[place * shares.count + index]))") }
          }
          writer.endRow()
        }
      }
    }
  }
}
