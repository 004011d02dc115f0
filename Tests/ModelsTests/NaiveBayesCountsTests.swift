import BLASBridge
import Datasets
import Learning
import Settings
import Testing

@testable import Models

@Suite struct NaiveBayesCountsTests {
  private func counts(_ x: Matrix<Float>) -> FeatureColumns {
    FeatureColumns(
      rows: x.rows,
      columns: (0..<x.columns).map { column in
        .numbers((0..<x.rows).map { abs((Double(x[$0, column]) * 2).rounded(.toNearestOrEven)) })
      })
  }

  @Test(arguments: RecordedModels.all.wine.bayes.indices)
  func `probabilities of counts and flags are scikit-learn's`(index: Int) throws {
    let (all, bayes) = (RecordedModels.all.wine, RecordedModels.all.wine.bayes[index])
    let model = try NaiveBayes(["numbers": .text(bayes.numbers), "alpha": .number(0.5)])
    let fitted = model.fit(counts(all.training), all.y.map { Int($0) }, classes: 3)
    let outputs = fitted.probabilities(counts(all.validation)).elements
    #expect(distance(outputs.map(Double.init), bayes.outputs) < 1e-6)
    var checkpoint = Checkpoint()
    fitted.save(into: &checkpoint)
    #expect(try NaiveBayesModel(from: checkpoint) == fitted)
  }

  @Test func `missing counts say nothing, and negative ones are refused`() throws {
    let model = try NaiveBayes(["numbers": .text("multinomial")])
    let x = FeatureColumns(rows: 2, columns: [.numbers([3, 1]), .numbers([1, 3])])
    let fitted = model.fit(x, [0, 1], classes: 2)
    // Shares of 4/6 and 2/6, the other way around in the other class.
    let new = FeatureColumns(rows: 2, columns: [.numbers([1, .nan]), .numbers([0, .nan])])
    #expect(distance(fitted.probabilities(new).elements.map(Double.init), [2.0 / 3, 1.0 / 3, 0.5, 0.5]) < 1e-6)
    let negative = FeatureColumns(rows: 2, columns: [.numbers([3, -1])])
    #expect {
      try model.makeLearner(TrainingData(.columns(negative), .classes([0, 1], count: 2)), validation: nil, seed: 1)
    } throws: {
      "\($0)" == "numbers=multinomial takes counts, and a feature is -1.0: take gaussian"
    }
  }
}
