import Foundation
import Testing

@testable import Fitting
@testable import Runs

/// Folds that nothing can be fitted with.
@Suite struct FoldRefusalTests {
  private let place: FitPlace

  init() throws { place = try FitPlace() }

  @Test func `folds that cannot be are refused in a sentence`() throws {
    let few = try DataFile(try place.file("few.csv", "x,y\n1,1.5\n2,2.5\n3,\n4,4.5\n"))
    let flowers = try DataFile(try place.file("flowers.csv", FitPlace.flowers), target: "kind")
    func expect(_ sentence: String, _ body: () throws -> FitConfiguration) {
      #expect { try body() } throws: { "\($0)" == sentence }
    }
    expect("5 folds need as many rows with a target, and there are 3") {
      try FitConfiguration(data: few, target: "y", model: "ridge", folds: 5)
    }
    expect("there are 2 folds or more, not 1") {
      try FitConfiguration(data: few, target: "y", model: "ridge", folds: 1)
    }
    expect("specify folds or a share of the rows for validation, not both") {
      try FitConfiguration(data: few, target: "y", model: "ridge", validation: 0.5, folds: 2)
    }
    expect("specify folds or a file of validation rows, not both") {
      try FitConfiguration(data: few, target: "y", model: "ridge", validationData: few, folds: 2)
    }
    expect("repeats are of folds: say how many folds") {
      try FitConfiguration(data: few, target: "y", model: "ridge", repeats: 2)
    }
    expect("folds times repeats are at most 10000 fits: take fewer") {
      try FitConfiguration(data: few, target: "y", model: "ridge", folds: 2, repeats: .max)
    }
    expect("folds by time are the same in every repeat: leave the repeats out") {
      try FitConfiguration(data: few, target: "y", model: "ridge", folds: 2, repeats: 2, time: "x")
    }
    expect("3 folds by time need more than 3 rows with a target") {
      try FitConfiguration(data: few, target: "y", model: "ridge", folds: 3, time: "x")
    }
    expect("3 folds need as many groups, and the column 'place' has 2: take fewer folds") {
      try FitConfiguration(data: flowers, target: "kind", model: "logistic", folds: 3, group: "place")
    }
    expect("21 folds need a class of as many rows, and the largest has 20: take fewer folds") {
      try FitConfiguration(data: flowers, target: "kind", model: "logistic", folds: 21)
    }
    expect("the model 'kmeans' predicts no column, so that folds have nothing to test it by") {
      try FitConfiguration(data: flowers, model: "kmeans", folds: 3)
    }
    var stopped = try FitConfiguration(
      data: try place.golden("wine_train.csv"), target: "target", model: "mlp", folds: 3)
    stopped.stopLoss = 0.1
    #expect {
      try FitRun.start(stopped, seed: 0, experiment: "e", in: place.store)
    } throws: {
      "\($0)" == "a fit with folds has a model at its end only and cannot be stopped at a loss"
    }
  }
}
