import CKernels

/// The questions of a tree's nodes as the kernel reads them.
struct TreeQuestions {
  private let features: [Int32]
  private let kinds: [UInt8]
  private let thresholds: [Double]
  private let starts: [Int32]
  private let categories: [Int32]

  var count: Int { features.count }

  /// `places` are those of features among the ones that are explained.
  init(_ tree: DecisionTree, places: [Int]) {
    features = tree.nodes.map { Int32(places[$0.feature]) }
    kinds = tree.nodes.map(\.question.rule)
    thresholds = tree.nodes.map(\.question.threshold)
    var (starts, categories) = ([Int32(0)], [Int32]())
    for node in tree.nodes {
      categories += node.question.categories
      starts.append(Int32(categories.count))
    }
    (self.starts, self.categories) = (starts, categories)
  }

  /// Whether rows `[features, stride]` answer with yes: `[nodes, groups]`, a bit a row.
  func answers(
    _ x: UnsafePointer<Double>, stride: Int, groups: Int, into answers: UnsafeMutablePointer<UInt8>
  ) {
    features.withUnsafeBufferPointer { features in
      kinds.withUnsafeBufferPointer { kinds in
        thresholds.withUnsafeBufferPointer { thresholds in
          starts.withUnsafeBufferPointer { starts in
            categories.withUnsafeBufferPointer { categories in
              var questions = RLTreeQuestions(
                count: features.count, features: features.baseAddress, kinds: kinds.baseAddress,
                thresholds: thresholds.baseAddress, starts: starts.baseAddress, categories: categories.baseAddress)
              rl_tree_answers(&questions, x, stride, groups, answers)
            }
          }
        }
      }
    }
  }
}
