/// A regular expression as a tree.
indirect enum RegexNode: Sendable {
  case one(LinearRegex.Instruction)
  case sequence([RegexNode])
  case either([RegexNode])
  case group(RegexNode, index: Int)
  case repeated(RegexNode, least: Int, most: Int?, isLazy: Bool)
}

/// Reads a regular expression in the notation that Python and Perl share.
struct RegexParser {
  private let pattern: String
  private let characters: [Unicode.Scalar]
  private var place = 0
  private var depth = 0
  private(set) var groups = 0

  init(_ pattern: String) {
    self.pattern = pattern
    characters = Array(pattern.unicodeScalars)
  }

  mutating func whole() throws(PipelineError) -> RegexNode {
    if characters.count > 1_000 { throw error("it has more than 1000 characters") }
    let node = try alternatives()
    if place < characters.count { throw error("a bracket that is not open") }
    return node
  }

  private func error(_ problem: String) -> PipelineError {
    PipelineError(
      "the regex '\(pattern.prefix(80))' cannot be read at character \(place + 1): \(problem)", status: .badUsage)
  }

  private var next: Unicode.Scalar? { place < characters.count ? characters[place] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    if next != scalar { return false }
    place += 1
    return true
  }

  private mutating func alternatives() throws(PipelineError) -> RegexNode {
    depth += 1
    if depth > 64 { throw error("more than 64 brackets in each other") }
    var all = [try sequence()]
    while take("|") { all.append(try sequence()) }
    depth -= 1
    return all.count == 1 ? all[0] : .either(all)
  }

  private mutating func sequence() throws(PipelineError) -> RegexNode {
    var parts: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repetition()) }
    return .sequence(parts)
  }

  private mutating func repetition() throws(PipelineError) -> RegexNode {
    let node = try atom()
    let (least, most): (Int, Int?)
    if take("*") {
      (least, most) = (0, nil)
    } else if take("+") {
      (least, most) = (1, nil)
    } else if take("?") {
      (least, most) = (0, 1)
    } else if let counts = try counts() {
      (least, most) = counts
    } else {
      return node
    }
    let isLazy = take("?")
    if let next, ["*", "+", "?"].contains(next) { throw error("nothing to repeat") }
    return .repeated(node, least: least, most: most, isLazy: isLazy)
  }

  /// `{2}`, `{2,}`, `{2,5}`; any other bracket stands for itself.
  private mutating func counts() throws(PipelineError) -> (Int, Int?)? {
    guard next == "{", let end = characters[place...].firstIndex(of: "}") else { return nil }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: characters[(place + 1)..<end])
    let parts = String(text).split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count <= 2, let least = Int(parts[0]), least >= 0 else { return nil }
    let most = parts.count == 1 ? least : parts[1].isEmpty ? nil : Int(parts[1])
    if parts.count == 2, !parts[1].isEmpty, most == nil { return nil }
    guard least <= 1_000, most ?? 0 <= 1_000, most ?? least >= least else {
      throw error("repetitions go from 0 to 1000")
    }
    place = end + 1
    return (least, most)
  }

  private mutating func atom() throws(PipelineError) -> RegexNode {
    let scalar = characters[place]
    place += 1
    switch scalar {
    case "(":
      var index: Int?
      if take("?") {
        if take("P") || next == "<" {
          guard take("<"), let end = characters[place...].firstIndex(of: ">") else {
            throw error("expected a group's name in < and >")
          }
          place = end + 1
          groups += 1
          index = groups
        } else if !take(":") {
          throw error("only (?: and (?<name> are known here")
        }
      } else {
        groups += 1
        index = groups
      }
      let inner = try alternatives()
      if !take(")") { throw error("a bracket that is not closed") }
      return index.map { .group(inner, index: $0) } ?? inner
    case "[": return .one(.character(try characterClass()))
    case ".": return .one(.character(.init(ranges: [10...10], isNegated: true)))
    case "^": return .one(.start)
    case "$": return .one(.end)
    case "*", "+", "?":
      place -= 1
      throw error("nothing to repeat")
    case "\\": return .one(try escape())
    default: return .one(.character(.init(ranges: [scalar.value...scalar.value])))
    }
  }

  private static let digits: [ClosedRange<UInt32>] = [48...57]
  private static let spaces: [ClosedRange<UInt32>] = [9...13, 32...32]

  private mutating func escape() throws(PipelineError) -> LinearRegex.Instruction {
    guard let scalar = next else { throw error("nothing follows the backslash") }
    switch scalar {
    case "b", "B":
      place += 1
      return .wordBoundary(scalar == "b")
    default: return .character(try escapedSet())
    }
  }

  private mutating func escapedSet() throws(PipelineError) -> LinearRegex.CharacterSet {
    guard let scalar = next else { throw error("nothing follows the backslash") }
    place += 1
    switch scalar {
    case "d", "D": return .init(ranges: Self.digits, isNegated: scalar == "D")
    case "w", "W": return .init(ranges: [], hasWords: true, isNegated: scalar == "W")
    case "s", "S": return .init(ranges: Self.spaces, isNegated: scalar == "S")
    case "n": return .init(ranges: [10...10])
    case "t": return .init(ranges: [9...9])
    case "r": return .init(ranges: [13...13])
    default:
      if scalar.properties.isAlphabetic || Self.digits[0].contains(scalar.value) {
        place -= 1
        throw error("\\\(scalar) is not known here")
      }
      return .init(ranges: [scalar.value...scalar.value])
    }
  }

  private mutating func characterClass() throws(PipelineError) -> LinearRegex.CharacterSet {
    var set = LinearRegex.CharacterSet(ranges: [], isNegated: take("^"))
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      place += 1
      if scalar == "\\" {
        let escaped = try escapedSet()
        if escaped.isNegated { throw error("a negated class inside of another") }
        set.ranges += escaped.ranges
        if escaped.hasWords { set.hasWords = true }
        continue
      }
      var last = scalar
      if next == "-", place + 1 < characters.count, characters[place + 1] != "]" {
        last = characters[place + 1]
        place += 2
        if last == "\\" || last < scalar { throw error("a range that goes down") }
      }
      set.ranges.append(scalar.value...last.value)
    }
    if !take("]") { throw error("a [ that is not closed") }
    return set
  }
}

/// Makes instructions of a tree.
struct RegexCompiler {
  static let mostInstructions = 20_000
  var program: [LinearRegex.Instruction] = []
  private var nodes = 0

  /// Whether more was to be added than a program may have: then it has not all of it.
  var isTooLarge: Bool { nodes > Self.mostInstructions }

  mutating func add(_ node: RegexNode) {
    nodes += 1
    if isTooLarge { return }
    switch node {
    case .one(let instruction): program.append(instruction)
    case .sequence(let nodes): for node in nodes { add(node) }
    case .either(let nodes):
      var jumps: [Int] = []
      for (place, node) in nodes.enumerated() {
        guard place < nodes.count - 1 else {
          add(node)
          continue
        }
        let fork = program.count
        program.append(.fork(fork + 1, 0))
        add(node)
        jumps.append(program.count)
        program.append(.jump(0))
        program[fork] = .fork(fork + 1, program.count)
      }
      for jump in jumps { program[jump] = .jump(program.count) }
    case .group(let node, let index):
      program.append(.save(2 * index))
      add(node)
      program.append(.save(2 * index + 1))
    case .repeated(let node, let least, let most, let isLazy):
      for _ in 0..<least where !isTooLarge { add(node) }
      func fork(_ into: Int, _ past: Int) -> LinearRegex.Instruction { isLazy ? .fork(past, into) : .fork(into, past) }
      guard let most else {
        let start = program.count
        program.append(.jump(0))
        add(node)
        program.append(.jump(start))
        program[start] = fork(start + 1, program.count)
        return
      }
      var forks: [Int] = []
      for _ in least..<max(least, most) where !isTooLarge {
        forks.append(program.count)
        program.append(.jump(0))
        add(node)
      }
      for place in forks { program[place] = fork(place + 1, program.count) }
    }
  }
}
