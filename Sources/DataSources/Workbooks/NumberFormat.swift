/// What a cell's number stands for, by the format it is shown in (ECMA-376, part 1, 18.8.30 and 18.8.31).
enum NumberFormat {
  case number
  case date
  /// A time of the day, without a date.
  case time

  /// Of the formats that every workbook has.
  init(builtIn id: Int) {
    switch id {
    case 14...17, 22, 27...31, 34...36, 50...54, 57, 58: self = .date
    case 18...21, 32, 33, 45, 47, 55, 56: self = .time
    default: self = .number
    }
  }

  /// `yyyy-mm-dd hh:mm`; letters in quotes, in brackets and after a backslash do not count.
  init(code: String) {
    var letters: Set<Character> = []
    var rest = Substring(code.lowercased())
    while let character = rest.popFirst(), character != ";" {
      switch character {
      case "\"": rest = rest.drop { $0 != "\"" }.dropFirst()
      case "\\", "_", "*": rest = rest.dropFirst()
      case "[":
        let inside = rest.prefix { $0 != "]" }
        // Hours that go beyond a day are a length of time, which is a number.
        if !inside.isEmpty, inside.allSatisfy({ $0 == inside.first && "hms".contains($0) }) {
          self = .number
          return
        }
        rest = rest.dropFirst(inside.count + 1)
      case "a" where rest.hasPrefix("m/pm"): rest = rest.dropFirst(4)
      case "a" where rest.hasPrefix("/p"): rest = rest.dropFirst(2)
      case "y", "d", "m", "h", "s": letters.insert(character)
      default: break
      }
    }
    let hasTime = letters.contains("h") || letters.contains("s")
    if letters.contains("y") || letters.contains("d") || letters.contains("m") && !hasTime {
      self = .date
    } else {
      self = hasTime ? .time : .number
    }
  }

  /// The value of a cell. Days are counted from 1900 with a February 29 that was none, or from 1904.
  func cell(_ value: Double, counts1904: Bool) -> Cell {
    switch self {
    case .number: return .finite(value)
    case .time where value < 1: return .finite(value)
    case .date, .time:
      // Beyond the year 9999 and before the first day Excel shows no date.
      guard value >= 0, value < 2_958_466 else { return .finite(value) }
      let first = counts1904 ? -24_107.0 : value < 60 ? -25_568.0 : -25_569.0
      return .date(seconds: ((value + first) * 86_400_000).rounded() / 1000)
    }
  }
}
