import Foundation
import Testing

@Suite struct ExampleTests {
  @Test func `an environment of one's own keeps the laws and is learnt in`() throws {
    let workplace = try Workplace()
    let example = Workplace.package.appendingPathComponent("Examples/CustomEnvironment").path
    let scratch = Workplace.package.appendingPathComponent(".build/examples").path
    // With its build manifest cached, SwiftPM overlooks files that are new in a package depended on by path.
    let built = try workplace.run(
      "/usr/bin/env",
      [
        "swift", "build", "-c", "release", "--package-path", example, "--scratch-path", scratch,
        "--disable-build-manifest-caching",
      ])
    try #require(built.status == 0, "\(built.output)\(built.errors)")
    let result = try workplace.run(scratch + "/release/CustomEnvironment", ["runs"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("Thermostat keeps all 13 laws\n"))
    #expect(result.output.contains("14.0 °C inside, -5.0 °C outside: the heater is on\n"))
    #expect(result.output.contains("25.0 °C inside, 10.0 °C outside: the heater is off\n"))
    let reward = try #require(result.output.firstMatch(of: /final\/mean_reward ([0-9.]+) of 96/))
    #expect(try #require(Double(reward.1)) > 80)
    // Its run is one like any other.
    #expect(try workplace.rlrun("runs").output.contains("thermostat"))
    #expect(try workplace.rlrun("verify").status == 0)
    #expect(try workplace.rlrun("evaluate", "latest").errors.contains("there is no environment 'Thermostat-v0'"))
  }

  @Test func `the environment is under sixty lines`() throws {
    let file = "Examples/CustomEnvironment/Sources/CustomEnvironment/Thermostat.swift"
    let text = try String(contentsOf: Workplace.package.appendingPathComponent(file), encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count < 60)
  }
}
