import ArgumentParser
import Formats
import Foundation
import Runs
import Settings
import Telemetry
import Tracker

/// The command was understood by the parser and yet cannot be meant.
struct UsageError: UserFacingError {
  var description: String
  var status: FailureStatus { .badUsage }
  init(_ description: String) { self.description = description }
}

/// `--store`, which every command that touches runs takes.
struct StoreOption: ParsableArguments {
  @Option(help: "The folder of the runs (default: RLRUN_STORE, or ./runs).", completion: .directory)
  var store: String?

  var path: String {
    // A variable that is set to nothing counts as unset.
    let variable = ProcessInfo.processInfo.environment["RLRUN_STORE"] ?? ""
    return store ?? (variable.isEmpty ? "runs" : variable)
  }

  func open(create: Bool = false) throws -> Store { try Store(path: path, create: create) }
}

/// `--strict`, `--point-in-time`, `--salvage`: what is read of a damaged log.
struct DamageOption: ParsableArguments {
  @Flag
  var mode = DamageMode.pointInTime
}

extension DamageMode: EnumerableFlag {
  public static func name(for mode: DamageMode) -> NameSpecification {
    switch mode {
    case .strict: .customLong("strict")
    case .pointInTime: .customLong("point-in-time")
    case .salvage: .customLong("salvage")
    }
  }

  public static func help(for mode: DamageMode) -> ArgumentHelp? {
    switch mode {
    case .strict: "Read no run whose log is damaged."
    case .pointInTime: "Of a damaged log read every series up to where it may have lost points."
    case .salvage: "Of a damaged log read all that is sound."
    }
  }
}

extension SeedList: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }

  /// The seeds of `--seed` and `--seeds`; 0 where neither is given.
  static func choose(_ seed: UInt64?, _ list: SeedList?) throws -> [UInt64] {
    if seed != nil, list != nil { throw UsageError("use --seed or --seeds, not both") }
    let seeds = list?.values ?? [seed ?? 0]
    guard Set(seeds).count == seeds.count else { throw UsageError("--seeds names a seed twice") }
    return seeds
  }
}

/// `90`, `90s`, `10m`, `2h`.
struct Duration: ExpressibleByArgument {
  var seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? argument[...] : argument.dropLast()) else { return nil }
    seconds = number * (unit ?? 1)
    // A hundred years are enough.
    guard seconds > 0, seconds <= 3_155_760_000 else { return nil }
  }
}

/// `key=value` texts by key.
func parsePairs(_ texts: [String], option: String) throws -> [String: String] {
  var pairs: [String: String] = [:]
  for text in texts {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw UsageError("\(option) takes key=value, not '\(text)'")
    }
    pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
  }
  return pairs
}
