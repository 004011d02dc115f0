import Randomness
import Telemetry
import TestSupport
import Testing

@testable import Tracker

@Suite struct RunFilterTests {
  private static let run = RunFields([
    ("agent", .text("ppo")), ("final/mean_reward", .number(475.5)), ("params.gamma", .number(0.98)),
    ("params.normalize", .flag(true)), ("params.net_arch", .text("32,32")), ("params.widths", .text("64")),
    ("params.lr", .text("lin_0.001")), ("tags.stage", .text("3")), ("tags.done", .text("true")),
    ("name", .text("50%_off")), ("nan", .number(.nan)), ("tags.my key", .text("x")),
  ])

  @Test(
    arguments: [
      ("agent = 'ppo' and final/mean_reward > 450 and params.gamma <= 0.99", true),
      ("agent='ppo'AND(final/mean_reward<450 OR params.gamma=0.98)", true),
      ("NOT agent = 'ppo'", false), ("not not agent = 'ppo'", true),
      // AND binds more than OR, NOT most.
      ("agent = 'ppo' or agent = 'a2c' and params.gamma > 1", true),
      ("(agent = 'ppo' or agent = 'a2c') and params.gamma > 1", false),
      ("not agent = 'a2c' and params.gamma > 1", false),
      ("agent != 'dqn'", true), ("agent <> 'ppo'", false), ("agent == 'ppo'", true), ("agent >= 'ppo'", true),
      ("agent < 'pq'", true), ("params.gamma >= 9.8e-1", true), ("params.gamma > -1", true),
      ("agent LIKE 'p%'", true), ("agent like '_p_'", true), ("agent LIKE 'P%'", false), ("agent NOT LIKE '%q%'", true),
      ("name LIKE '50%%off'", true), ("agent LIKE ''", false), ("agent LIKE '%p%p%o%'", true),
      ("agent LIKE '%p%p%p%'", false),
      ("agent IN ('a2c', 'ppo')", true), ("agent NOT IN ('a2c')", true), ("params.gamma in (1, 0.98)", true),
      ("params.normalize = true", true), ("params.normalize = FALSE", false), ("params.normalize != 1", true),
      // What is missing is neither equal nor unequal, and NOT does not make it so.
      ("params.n_steps = 8", false), ("params.n_steps != 8", false), ("NOT params.n_steps = 8", false),
      ("params.n_steps NOT IN (8)", false), ("params.n_steps IS NULL", true), ("agent is not null", true),
      ("params.n_steps = 8 OR agent = 'ppo'", true), ("NOT (params.n_steps = 8 AND agent = 'ppo')", false),
      ("NOT (params.n_steps = 8 AND agent = 'dqn')", true),
      // Numbers and texts are never equal, and have no order.
      ("agent = 5", false), ("agent != 5", true), ("agent < 5", false), ("NOT agent < 5", false),
      // Lists as they are shown, kept and written elsewhere; what is quoted counts as what it spells.
      ("params.net_arch = [32, 32]", true), ("params.net_arch = [32,32]", true),
      ("params.net_arch = [ 32 , 32 ]", true),
      ("params.net_arch = '[32, 32]'", true), ("params.net_arch = '32,32'", true), ("params.net_arch = [32]", false),
      ("params.net_arch != [32, 32]", false), ("params.net_arch != [64, 32]", true), ("params.net_arch = []", false),
      ("params.net_arch IN ([64, 64], [32, 32])", true), ("params.widths = [64]", true), ("params.widths = 64", true),
      ("params.n_steps = [8]", false), ("params.gamma = [0.98]", true), ("agent = ['ppo']", true),
      ("params.gamma = '0.98'", true), ("params.gamma < '1'", true), ("params.gamma = 'high'", false),
      ("params.normalize = 'true'", true), ("params.normalize = 'False'", false), ("params.lr = 'lin_0.001'", true),
      ("tags.stage = 3", true), ("tags.stage > 2", true), ("tags.stage < '4'", true), ("tags.stage = 4", false),
      ("tags.done = true", true), ("tags.done = false", false), ("tags.stage != true", true),
      ("params.n_steps = none", true), ("params.n_steps = NULL", true), ("params.gamma = none", false),
      ("params.gamma != none", true), ("params.n_steps != none", false), ("params.n_steps IN (8, none)", true),
      ("params.gamma IN (none)", false), ("agent GLOB 'p*'", true), ("agent GLOB '?p?'", true),
      ("agent NOT GLOB '*q*'", true), ("name GLOB '50%*'", true), ("params.gamma GLOB '*'", false),
      ("nan = nan", false), ("nan < 1", false), ("\"tags.my key\" = 'x'", true), ("name = 'it''s'", false),
    ] as [(String, Bool)])
  func conditionsHold(condition: String, holds: Bool) throws {
    if condition == "nan = nan" {
      #expect(throws: FilterError.self) { try RunFilter(condition) }
    } else {
      #expect(try RunFilter(condition).matches(Self.run) == holds)
    }
  }

  @Test(
    arguments: [
      ("", 1, "expected a field, such as agent or final/mean_reward, found the end"),
      (
        "agent = ", 9,
        "expected a value: a number, a text in single quotes, a list in brackets, true, false or none, found the end"
      ),
      ("agent = ppo", 9, "a text stands in single quotes: 'ppo'"),
      ("agent 'ppo'", 7, "expected a comparison: = != < <= > >= LIKE GLOB IN IS, found the text 'ppo'"),
      ("(agent = 'ppo'", 15, "expected AND, OR or ')', found the end"),
      ("agent = 'ppo' seed = 1", 15, "expected AND, OR or the end, found 'seed'"),
      ("agent LIKE 5", 12, "expected a text in single quotes, found a number"),
      ("seed IN 5", 9, "expected '(', found a number"), ("seed IN (5 6)", 12, "expected ',' or ')', found a number"),
      ("agent IS 5", 10, "expected NULL, found a number"),
      ("agent NOT = 5", 11, "expected LIKE, GLOB or IN, found '='"),
      ("agent = 'ppo", 9, "a quote that is not closed"), ("agent ! 5", 7, "'!' means nothing here"),
      ("a < [1]", 5, "only = and != compare this"), ("a >= none", 6, "only = and != compare this"),
      ("a = [1 2]", 8, "expected ',' or ']', found a number"), ("a = [1", 7, "expected ',' or ']', found the end"),
      ("AND = 5", 1, "expected a field, such as agent or final/mean_reward, found 'AND'"),
    ] as [(String, Int, String)])
  func errorsPointAtTheirColumn(condition: String, column: Int, reason: String) {
    let error = #expect(throws: FilterError.self) { try RunFilter(condition) }
    #expect(error?.column == column)
    #expect(error?.reason == "in the condition: " + reason)
    #expect(error?.description.hasSuffix("\n  " + String(repeating: " ", count: column - 1) + "^") == true)
  }

  @Test func deepNestingIsRefused() {
    let deep = String(repeating: "(", count: 100_000) + "a = 1" + String(repeating: ")", count: 100_000)
    #expect(throws: FilterError.self) { try RunFilter(deep) }
    #expect(throws: FilterError.self) { try RunFilter(String(repeating: "NOT ", count: 100_000) + "a = 1") }
  }

  /// Whatever is typed either is a condition or an error; neither takes long.
  @Test func mutatedConditionsDoNoHarm() {
    let seeds = [
      "agent = 'ppo' and final/mean_reward > 450 and params.gamma <= 0.99",
      "NOT (a LIKE '%x_' OR \"b c\" NOT IN (1, 2.5e3, 'd''e')) AND e IS NOT NULL", "a<>1 or b!=true or c>=-.5",
      "a = [1, 'b'] or b in (none, [2]) or c glob '*?'",
    ].map { Array($0.unicodeScalars) }
    let pool = Array("'\"()[]=<>!,%_*? .-+eE0123456789abzAND\n\t\u{0}é€🙂".unicodeScalars)
    var generator = CounterGenerator(SeedSequence(7).child(named: "conditions"))
    var sound = 0
    for _ in 0..<20_000 {
      var text = seeds[generator.integer(below: seeds.count)]
      for _ in 0...generator.integer(below: 4) {
        let place = generator.integer(below: text.count + 1)
        switch generator.integer(below: 3) {
        case 0: text.insert(pool[generator.integer(below: pool.count)], at: place)
        case 1 where place < text.count: text.remove(at: place)
        default: text = Array(text[..<place])
        }
      }
      var view = String.UnicodeScalarView()
      view.append(contentsOf: text)
      if let filter = try? RunFilter(String(view)) {
        _ = filter.matches(Self.run)
        sound += 1
      }
    }
    #expect(sound > 500)
  }

  @Test func runsAreOrdered() {
    func run(_ id: String, _ score: Double?, _ seed: Double) -> RunFields {
      RunFields([("id", .text(id)), ("seed", .number(seed))] + (score.map { [("score", .number($0))] } ?? []))
    }
    let all = [run("a", 1, 2), run("b", nil, 1), run("c", 3, 1), run("d", .nan, 0), run("e", 3, 0)]
    func ids(_ orders: String...) -> String {
      var runs = all
      RunOrder.sort(&runs, by: orders.map { RunOrder($0) })
      return runs.map { if case .text(let id) = $0["id"] { id } else { "?" } }.joined()
    }
    #expect(ids() == "abcde")
    #expect(ids("score") == "acebd")
    #expect(ids("-score") == "ceabd")
    #expect(ids("-score", "seed") == "ecadb")
    #expect(ids("-id") == "edcba")
  }
}
