/// A regular expression whose search takes time in proportion to the text, whatever the pattern is: all ways to match are
/// followed at once (Thompson 1968; Pike's virtual machine). No backward references, no look-around.
struct LinearRegex: Sendable {
  /// The number of capturing groups.
  let groups: Int
  private let program: [Instruction]

  enum Instruction: Sendable, Hashable {
    case character(CharacterSet)
    /// Both ways, the first one preferred.
    case fork(Int, Int)
    case jump(Int)
    case save(Int)
    case start
    case end
    case wordBoundary(Bool)
    case match
  }

  /// Scalars of these ranges, or all others.
  struct CharacterSet: Sendable, Hashable {
    var ranges: [ClosedRange<UInt32>]
    /// Whether letters, digits and underscores of all scripts belong to it.
    var hasWords = false
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      (ranges.contains { $0.contains(scalar.value) } || hasWords && TextAnalyzer.isWord(scalar)) != isNegated
    }
  }

  /// Throws with the place for a pattern that cannot be read.
  init(_ pattern: String) throws(PipelineError) {
    var parser = RegexParser(pattern)
    let tree = try parser.whole()
    groups = parser.groups
    var compiler = RegexCompiler()
    compiler.add(.group(tree, index: 0))
    compiler.program.append(.match)
    if compiler.isTooLarge {
      throw PipelineError("the regex '\(pattern.prefix(60))' is too large", status: .badUsage)
    }
    program = compiler.program
  }

  /// The texts of the groups of the leftmost match, nil for groups without one; nil without a match.
  func firstMatch(in text: String) -> [String?]? {
    let scalars = Array(text.unicodeScalars)
    let slots = 2 * (groups + 1)
    var (threads, next) = (Threads(program.count), Threads(program.count))
    var best: [Int]?
    for place in 0...scalars.count {
      if best == nil { add(0, [Int](repeating: -1, count: slots), place, scalars, &threads) }
      if threads.list.isEmpty, best != nil { break }
      next.clear()
      for (counter, saved) in threads.list {
        if case .character(let set) = program[counter] {
          if place < scalars.count, set.contains(scalars[place]) { add(counter + 1, saved, place + 1, scalars, &next) }
        } else {
          // A match; the threads behind it are less preferred.
          best = saved
          break
        }
      }
      swap(&threads, &next)
    }
    guard let best else { return nil }
    return (1..<groups + 1).map { group in
      let (from, to) = (best[2 * group], best[2 * group + 1])
      if from < 0 || to < from { return nil }
      var part = String.UnicodeScalarView()
      part.append(contentsOf: scalars[from..<to])
      return String(part)
    }
  }

  private struct Threads {
    var list: [(counter: Int, saved: [Int])] = []
    private var isThere: [Bool]

    init(_ count: Int) { isThere = [Bool](repeating: false, count: count) }

    /// Whether it was not there.
    mutating func insert(_ counter: Int) -> Bool {
      if isThere[counter] { return false }
      isThere[counter] = true
      return true
    }

    mutating func clear() {
      list.removeAll(keepingCapacity: true)
      for place in isThere.indices { isThere[place] = false }
    }
  }

  /// Follows all ways that read no character.
  private func add(
    _ counter: Int, _ saved: [Int], _ place: Int, _ scalars: [Unicode.Scalar], _ threads: inout Threads
  ) {
    var stack = [(counter, saved)]
    while let (counter, saved) = stack.popLast() {
      guard threads.insert(counter) else { continue }
      switch program[counter] {
      case .jump(let target): stack.append((target, saved))
      case .fork(let first, let second):
        stack.append((second, saved))
        stack.append((first, saved))
      case .save(let slot):
        var saved = saved
        saved[slot] = place
        stack.append((counter + 1, saved))
      case .start: if place == 0 { stack.append((counter + 1, saved)) }
      case .end: if place == scalars.count { stack.append((counter + 1, saved)) }
      case .wordBoundary(let isWanted):
        let before = place > 0 && TextAnalyzer.isWord(scalars[place - 1])
        let after = place < scalars.count && TextAnalyzer.isWord(scalars[place])
        if (before != after) == isWanted { stack.append((counter + 1, saved)) }
      case .character, .match: threads.list.append((counter, saved))
      }
    }
  }
}
