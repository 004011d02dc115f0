import Testing

@Suite struct WorldCommandTests {
  @Test func `check prints a verdict for each law and ends with status 0`() throws {
    let workplace = try Workplace()
    let result = try workplace.rlrun("check", "FrozenLake-v1:is_slippery=false", "--steps", "60")
    #expect(result.status == 0)
    #expect(result.output.contains("held      limits: an episode is cut at its limit and nowhere else\n"))
    #expect(result.output.contains("–         masks: "))
    #expect(result.output.hasSuffix("FrozenLake-v1:is_slippery=false: 14 laws held, 0 broken, 1 not applicable\n"))
    let json = try workplace.rlrun("check", "FrozenLake-v1", "--steps", "60", "--json").output
    #expect(json.contains("\"verdict\" : \"held\"") && json.contains("\"verdict\" : \"notApplicable\""))
  }

  @Test func `env tells all about an environment`() throws {
    let workplace = try Workplace()
    let result = try workplace.rlrun("env", "Taxi-v4:is_rainy=true")
    #expect(result.status == 0)
    for words in [
      "Taxi-v4:is_rainy=true: fetch a passenger", "Discrete(500)", "Discrete(6)", "200 steps",
      "a mean return of 8", "a table of 500 states and 6 actions", "Dietterich 2000", "fickle_probability",
    ] {
      #expect(result.output.contains(words), "\(words) in \(result.output)")
    }
    #expect(try workplace.rlrun("env", "Pendulum-v1", "--json").output.contains("\"time_limit\" : 200"))
  }

  @Test(arguments: [
    (["env", "Pendulm-v1"], "there is no environment 'Pendulm-v1'; did you mean 'Pendulum-v1'?"),
    (["check", "Taxi-v4:is_rany=true"], "Taxi-v4 has no option 'is_rany'; did you mean 'is_rainy'?"),
    (["train", "CartPole-v1", "--threads", "0"], "--threads takes a whole number ≥ 1, not 0"),
    (["check", "Taxi-v4", "--steps", "1"], "--steps takes a whole number ≥ 30, not 1"),
  ])
  func `what there is not is said in a sentence`(arguments: [String], sentence: String) throws {
    let workplace = try Workplace()
    let result = try workplace.run("rlrun", arguments)
    #expect(result.status == 2)
    #expect(result.errors == "rlrun: \(sentence)\n")
  }
}
