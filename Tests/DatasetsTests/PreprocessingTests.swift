import Foundation
import Testing

@testable import Datasets

@Suite struct PreprocessingTests {
  private func table(_ text: String, kinds: [String: ColumnKind] = [:]) throws -> Table {
    try Table(csvBytes: Array(text.utf8), kinds: kinds)
  }

  private let training = """
    size,colour,bought,note,price
    1,red,2024-01-01,p,10
    ,blue,2024-01-03,q,20
    3,red,,r,30
    5,,2024-01-02,s,40
    3,blue,2024-01-02,t,50
    """

  @Test func `columns become features as documented`() throws {
    let data = try table(training)
    let fitted = try Preprocessing(fitting: data, target: "price")
    #expect(fitted.featureNames == ["size", "colour=blue", "colour=red", "bought"])
    #expect(fitted.leftOut == ["note"])
    let features = try fitted.features(of: data)
    let s = Float(2.0.squareRoot())
    // Sizes 1, 3, 5, 3 have mean 3 and deviation √2; the days have mean 2 and deviation 1/√2.
    let expected: [Float] = [-s, 0, 1, -s, 0, 1, 0, s, 0, 0, 1, 0, s, 0, 0, 0, 0, 1, 0, 0]
    #expect(features.rows == 5 && features.columns == 4)
    for (value, right) in zip(features.values, expected) { #expect(abs(value - right) < 1e-6) }
    #expect(try fitted.target!.numbers(of: data) == [10, 20, 30, 40, 50])
  }

  @Test func `only the rows given are fitted`() throws {
    let data = try table(training)
    let fitted = try Preprocessing(fitting: data, rows: [0, 2], target: "price")
    #expect(fitted.featureNames == ["size", "colour=red", "bought"])
    #expect(fitted.columns[0].encoding == .number(mean: 2, deviation: 1))
    #expect(fitted.columns[2].encoding == .date(mean: 1_704_067_200, deviation: 1))
    #expect(try fitted.features(of: data, rows: [1]).values == [0, 0, 172_800])
  }

  @Test func `a model of columns gets them as they are`() throws {
    let data = try table(training)
    let fitted = try Preprocessing(fitting: data, rows: [0, 2, 3], target: "price", form: .columns)
    #expect(fitted.featureNames == ["size", "colour", "bought"] && fitted.leftOut == ["note"])
    let features = try fitted.featureColumns(of: data, rows: [0, 1, 2, 4])
    #expect(features.rows == 4 && features.columns.count == 3)
    guard case .numbers(let sizes) = features.columns[0], case .numbers(let days) = features.columns[2] else {
      Issue.record("numbers and dates are no numbers")
      return
    }
    #expect(sizes[0] == 1 && sizes[1].isNaN && sizes[2...] == [3, 3])
    // Blue is in no row that was fitted.
    #expect(features.columns[1] == .codes([0, -1, 0, -1], levels: 1))
    #expect(days[0] == 1_704_067_200 && days[2].isNaN && days[3] == 1_704_153_600)
    let read = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(fitted))
    #expect(read == fitted && read.form == .columns)
    let strict = try Preprocessing(
      fitting: data, rows: [0, 2, 3], target: "price", form: .columns, unseenCategories: .refused)
    #expect(throws: DatasetError.unseen(value: "blue", column: "colour", line: 3)) {
      try strict.featureColumns(of: data)
    }
  }

  @Test func `dates as columns have the parts in which they differ`() throws {
    let days = (0..<20).map { "2024-0\(1 + $0 % 9)-1\($0 % 10)T0\($0 % 7):30:00,\($0).5\n" }.joined()
    let data = try table("when,y\n" + days)
    let fitted = try Preprocessing(fitting: data, target: "y", form: .columns)
    #expect(fitted.featureNames == ["when", "when.season", "when.weekday", "when.timeOfDay"])
    let features = try fitted.featureColumns(of: data, rows: [0])
    // 2024-01-10 was a Wednesday.
    #expect(features.columns[1...] == [.numbers([9]), .codes([2], levels: 7), .numbers([1800])])
  }

  @Test func `scaled features of a saved preprocessing are as they were`() throws {
    let fitted = try Preprocessing(fitting: try table(training), target: "price")
    let text = String(decoding: try JSONEncoder().encode(fitted), as: UTF8.self)
    #expect(!text.contains("orm\"") && fitted.form == .scaled)
  }

  @Test(arguments: FeatureForm.allCases)
  func `spellings of one word in different bytes are one category`(form: FeatureForm) throws {
    let word = ["caf\u{E9}", "cafe\u{301}", "tea"]
    let data = try table("drink,y\n" + (0..<12).map { "\(word[$0 % 3]),\($0).5\n" }.joined())
    let fitted = try Preprocessing(fitting: data, target: "y", form: form)
    switch form {
    case .scaled: #expect(try fitted.features(of: data, rows: [0, 1, 2]).values == [1, 0, 1, 0, 0, 1])
    case .sparse: #expect(try fitted.sparseFeatures(of: data, rows: [0, 1, 2]).indices == [0, 0, 1])
    case .columns:
      #expect(try fitted.featureColumns(of: data, rows: [0, 1, 2]).columns == [.codes([0, 0, 1], levels: 2)])
    }
  }

  @Test func `sparse features are the scaled ones without zeros`() throws {
    let text =
      "colour,size,when,y\n"
      + (0..<40).map { row in
        "\(row % 7 == 0 ? "" : ["red", "blue", "green"][row % 3]),\(row % 5 == 0 ? "" : "\(row * 7 % 11)"),2024-0\(1 + row % 9)-1\(row % 10),\(row).5\n"
      }.joined()
    let data = try table(text)
    let (scaled, sparse) = (
      try Preprocessing(fitting: data, target: "y"), try Preprocessing(fitting: data, target: "y", form: .sparse)
    )
    #expect(sparse.featureNames == scaled.featureNames)
    let (dense, matrix) = (
      try scaled.features(of: data, rows: [3, 0, 39]), try sparse.sparseFeatures(of: data, rows: [3, 0, 39])
    )
    #expect(matrix.dense(limit: 1e6) == dense.values.map { Double($0) })
    #expect(!matrix.values.contains(0))
  }

  @Test func `sparse columns are taken where a training row has them`() throws {
    var matrix = SparseMatrix(columns: 4)
    matrix.append(row: [(column: 1, value: 2)])
    matrix.append(row: [(column: 0, value: 1), (column: 3, value: 5)])
    matrix.append(row: [(column: 2, value: 9), (column: 1, value: 0.5)])
    let block = SparseColumns(names: ["a", "b", "c", "d"], matrix: matrix)
    let data = Table([("x", .numbers([1, 3, 7])), ("y", .numbers([1, 2, 3]))]).with(block)
    let fitted = try Preprocessing(fitting: data, rows: [0, 1], target: "y", form: .sparse)
    #expect(fitted.featureNames == ["x", "a", "b", "d"])
    let features = try fitted.sparseFeatures(of: data)
    #expect(features.dense(limit: 1e6) == [-1, 0, 2, 0, 1, 1, 0, 5, 5, 0, 0.5, 0])
    let read = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(fitted))
    #expect(try read.sparseFeatures(of: data.rows([2, 0])).dense(limit: 1e6) == [5, 0, 0.5, 0, -1, 0, 2, 0])
    let other = Table([("x", .numbers([1])), ("y", .numbers([1]))])
    #expect(throws: DatasetError.self) { try fitted.sparseFeatures(of: other) }
  }

  @Test func `it is the same after being saved`() throws {
    let data = try table(training)
    let fitted = try Preprocessing(fitting: data, target: "price")
    let read = try JSONDecoder().decode(Preprocessing.self, from: JSONEncoder().encode(fitted))
    #expect(read == fitted)
    #expect(try read.features(of: data) == fitted.features(of: data))
  }

  @Test func `a category never seen is all zeros, or refused`() throws {
    let data = try table(training)
    let fitted = try Preprocessing(fitting: data, target: "price")
    let new = try table("colour,size,bought\ngreen,3,\n", kinds: fitted.kinds)
    #expect(try fitted.features(of: new).values == [0, 0, 0, 0])
    let strict = try Preprocessing(fitting: data, target: "price", unseenCategories: .refused)
    #expect(throws: DatasetError.unseen(value: "green", column: "colour", line: 2)) { try strict.features(of: new) }
  }

  @Test func `a column lacking or of another kind is one clear error`() throws {
    let fitted = try Preprocessing(fitting: try table(training), target: "price")
    let error = #expect(throws: DatasetError.self) {
      try fitted.features(of: try table("size,colour\n1,red\n", kinds: fitted.kinds))
    }
    #expect(error?.description == "The data have no column 'bought'; they have 'size', 'colour'.")
    #expect(throws: DatasetError.wrongKind(column: "size", expected: .number, found: .text)) {
      try fitted.features(of: try table("size,colour,bought\nbig,red,2024-01-01\n"))
    }
    #expect(throws: DatasetError.badRow(line: 2, problem: "'big' in the column 'size' is not a number")) {
      try table("size,colour,bought\nbig,red,2024-01-01\n", kinds: fitted.kinds)
    }
  }

  @Test func `new data are read with the kinds of the old`() throws {
    let fitted = try Preprocessing(
      fitting: try table("code,y\na,1\nb,2\na,3\nb,4\n7,5\n7,6\n", kinds: ["code": .category]), target: "y")
    // Alone, this column would be one of numbers.
    let new = try table("code\n7\n", kinds: fitted.kinds)
    #expect(try fitted.features(of: new).values == [1, 0, 0])
  }

  @Test func `classes are in sorted order`() throws {
    let words = try table("y,x\nno,1\nyes,2\nno,3\nyes,4\n")
    let byWord = try #require(try Preprocessing(fitting: words, target: "y").target)
    #expect(byWord.classes == ["no", "yes"] && byWord.task == .classification)
    #expect(try byWord.classIndices(of: words) == [0, 1, 0, 1])
    let numbers = try table("y,x\n10,1\n9,2\n2.5,3\n10,4\n")
    let byNumber = try #require(try Preprocessing(fitting: numbers, target: "y", task: .classification).target)
    #expect(byNumber.classes == ["2.5", "9", "10"])
    #expect(try byNumber.classIndices(of: numbers, rows: [0, 2]) == [2, 0])
    #expect(try Preprocessing(fitting: numbers, target: "y").target?.task == .regression)
  }

  @Test func `a target that cannot be one is refused`() throws {
    let data = try table("y,x,z,n\na,1,q,\na,2,q,\n,3,q,\n")
    #expect(throws: DatasetError.missingColumn("w", present: ["y", "x", "z", "n"])) {
      try Preprocessing(fitting: data, target: "w")
    }
    #expect(throws: DatasetError.unsuitable("The target column 'z' has the one class 'q' only")) {
      try Preprocessing(fitting: data, target: "z")
    }
    #expect(throws: DatasetError.unsuitable("The target column 'n' has no value in any row")) {
      try Preprocessing(fitting: data, target: "n")
    }
    #expect(throws: DatasetError.wrongKind(column: "y", expected: .number, found: .category)) {
      try Preprocessing(fitting: data, target: "y", task: .regression)
    }
    let gap = try table("y,x\na,1\nb,2\n,3\na,4\nb,5\n")
    let target = try #require(try Preprocessing(fitting: gap, target: "y").target)
    #expect(throws: DatasetError.missingTarget(column: "y", line: 4)) { try target.classIndices(of: gap) }
    #expect(throws: DatasetError.unsuitable("The data have no rows to fit")) {
      try Preprocessing(fitting: try table("a,b\n"), target: nil)
    }
  }
}

@Suite struct SplitTests {
  @Test func `every row is in one part, and the parts have their sizes`() {
    for count in [1, 2, 7, 100, 1001] {
      let split = Split(count: count, validation: 0.2, test: 0.1, seed: 4)
      #expect((split.training + split.validation + split.test).sorted() == Array(0..<count))
      #expect(split.test.count == Int((Double(count) * 0.1).rounded()))
      #expect(abs(Double(split.validation.count) - Double(count) * 0.2) <= 1)
    }
  }

  @Test func `the seed decides`() {
    let first = Split(count: 200, validation: 0.3, seed: 1)
    #expect(first == Split(count: 200, validation: 0.3, seed: 1))
    #expect(first != Split(count: 200, validation: 0.3, seed: 2))
    #expect(first.training == first.training.sorted())
    // At random: the first half of the rows has about half of the validation rows, within four deviations.
    #expect(abs(first.validation.count { $0 < 100 } - 30) < 4 * 4)
  }

  @Test func `classes keep their proportions`() {
    let strata = (0..<1000).map { $0 % 100 == 0 ? 2 : $0 % 4 == 0 ? 1 : 0 }
    let split = Split(count: 1000, validation: 0.25, test: 0.2, seed: 9, strata: strata)
    for (rows, share) in [(split.training, 0.55), (split.validation, 0.25), (split.test, 0.2)] {
      #expect(abs(Double(rows.count) - 1000 * share) <= 1)
      for stratum in 0..<3 {
        let all = strata.count { $0 == stratum }
        #expect(abs(Double(rows.count { strata[$0] == stratum }) - Double(all) * share) <= 2)
      }
    }
    #expect(split != Split(count: 1000, validation: 0.25, test: 0.2, seed: 10, strata: strata))
  }

  @Test func `what numbers classes have makes no difference, only their order`() {
    let strata = (0..<500).map { $0 * 7 % 5 }
    let split = Split(count: 500, validation: 0.3, seed: 2, strata: strata)
    for (factor, offset) in [(1, -3), (1_000_000, 0), (Int.max / 8, Int.min / 2)] {
      #expect(split == Split(count: 500, validation: 0.3, seed: 2, strata: strata.map { $0 * factor + offset }))
    }
  }
}
