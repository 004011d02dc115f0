import CMuJoCo
import Foundation
import TestSupport
import Testing

@testable import Environments
@testable import MuJoCo

@Suite struct RobotOptionTests {
  private func refusal(_ id: String) -> String? {
    do throws(EnvironmentError) {
      _ = try EnvironmentCatalogue.make(id, count: 1)
      return nil
    } catch { return error.sentence }
  }

  @Test func `a robot can be described without MuJoCo`() throws {
    let ant = try EnvironmentCatalogue.specification("Ant-v5:include_cfrc_ext_in_observation=false")
    #expect(ant.observationSpace.width == 27 && ant.actionSpace.width == 8)
    #expect(ant.timeLimit == 1000 && ant.rewardThreshold == 6000)
    let widths = EnvironmentCatalogue.muJoCo.map { $0.specification.observationSpace.width }
    #expect(widths == [105, 17, 11, 348, 348, 9, 4, 23, 10, 8, 17])
    #expect(EnvironmentCatalogue.muJoCo.allSatisfy { $0.needs == "make mujoco" })
  }

  @Test func `intervals are written in one way`() throws {
    let hopper = "Hopper-v5:healthy_z_range"
    #expect(try EnvironmentCatalogue.specification("\(hopper)=0.50..inf").id == "\(hopper)=0.5..inf")
    #expect(try EnvironmentCatalogue.specification("\(hopper)=0.7..inf").id == "Hopper-v5")
    #expect(try EnvironmentCatalogue.specification("\(hopper)=-inf..1e2").id == "\(hopper)=-inf..100")
  }

  @Test(arguments: ["2..1", "1", "1..", "..1", "a..b", "nan..1", "1..nan", "1..2..3", "", "1...2"])
  func `what is no interval is refused`(text: String) {
    #expect(
      refusal("Hopper-v5:healthy_z_range=\(text)")
        == "Hopper-v5: 'healthy_z_range' takes two numbers as low..high, -inf and inf among them, not '\(text)'")
  }

  @Test func `values out of range are refused`() {
    #expect(
      refusal("HalfCheetah-v5:frame_skip=0") == "HalfCheetah-v5: 'frame_skip' takes an integer from 1 to 1000, not '0'")
    #expect(refusal("HalfCheetah-v5:ctrl_cost_weight=nan")?.contains("takes a number from") == true)
    #expect(
      refusal("HalfCheetah-v5:healthy_reward=1")?.hasPrefix("HalfCheetah-v5 has no option 'healthy_reward'") == true)
  }

  @Test func `a folder without MuJoCo is an error that says what to do`() {
    #expect(throws: MuJoCoError("there is no MuJoCo in /nowhere, which RLRUN_MUJOCO names: run 'make mujoco'")) {
      try MuJoCoLibrary.load(from: "/nowhere")
    }
    #expect(
      MuJoCoError.notInstalled.sentence.hasSuffix("needs MuJoCo 4.0.0, which is not installed: run 'make mujoco'"))
  }

  @Test func `a library that is none is an error`() throws {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    try writeBytes(Array("no library".utf8), "\(folder.path)/librlrun-mujoco.so")
    #expect {
      try MuJoCoLibrary.load(from: folder.path)
    } throws: {
      "\($0)".hasPrefix("MuJoCo cannot be loaded: ") && "\($0)".hasSuffix("; run 'make mujoco' again")
    }
  }

  @Test func `a library of another version is an error`() {
    var functions = rl_mujoco_functions()
    (functions.interface, functions.version, functions.header_version) = (1, 3_009_001, 3_009_001)
    #expect(
      throws: MuJoCoError("MuJoCo in /there is version 3.9.1, and rlrun needs 4.0.0: run 'make mujoco' again")
    ) { try MuJoCoLibrary.check(functions, in: "/there") }
    (functions.version, functions.header_version) = (4_000_000, 3_009_001)
    #expect(throws: MuJoCoError.self) { try MuJoCoLibrary.check(functions, in: "/there") }
    (functions.interface, functions.header_version) = (0, 4_000_000)
    #expect(
      throws: MuJoCoError("the library in /there was built for another version of rlrun: run 'make mujoco' again")
    ) { try MuJoCoLibrary.check(functions, in: "/there") }
    functions.interface = 1
    #expect(throws: Never.self) { try MuJoCoLibrary.check(functions, in: "/there") }
  }

  @Test func `sums are NumPy's`() {
    let parts = (1...300).map { 1 / Double($0) }
    // numpy.sum of 1 / (1 + arange(n)), in double precision.
    #expect(rl_mujoco_sum(parts, 7) == 2.5928571428571425)
    #expect(rl_mujoco_sum(parts, 300) == 6.282663880299504)
  }
}

@Suite(.needsMuJoCo) struct OwnModelTests {
  private func refusal(_ id: String) -> String? {
    do throws(EnvironmentError) {
      _ = try EnvironmentCatalogue.make(id, count: 1)
      return nil
    } catch { return error.sentence }
  }

  @Test func `a copy of Gymnasium's model plays the same`() throws {
    let library = try MuJoCoLibrary.load()
    let id = "Walker2d-v5:xml_file=\(library.model(named: "walker2d_v5.xml"))"
    let (own, usual) = (
      try EnvironmentCatalogue.make(id, count: 1), try EnvironmentCatalogue.make("Walker2d-v5", count: 1)
    )
    #expect(own.specification.actionSpace == usual.specification.actionSpace)
    var (first, second) = (own.makeBatch(), usual.makeBatch())
    own.reset(seed: 9, into: &first)
    usual.reset(seed: 9, into: &second)
    #expect(first.observations == second.observations)
  }

  @Test func `a model of one's own decides the sizes`() throws {
    let library = try MuJoCoLibrary.load()
    let cheetah = library.model(named: "half_cheetah.xml")
    let world = try EnvironmentCatalogue.make("Ant-v5:xml_file=\(cheetah),main_body=torso", count: 1)
    #expect(world.specification.observationSpace.width == 9 + 9 - 2 + 6 * 7)
    #expect(world.specification.actionSpace.width == 6)
  }

  @Test func `a model that does not fit is refused`() throws {
    let library = try MuJoCoLibrary.load()
    let pendulum = library.model(named: "inverted_pendulum.xml")
    #expect(
      refusal("Ant-v5:xml_file=/nowhere.xml")?.hasPrefix("Ant-v5: MuJoCo cannot read the model /nowhere.xml: ") == true)
    #expect(
      refusal("Hopper-v5:xml_file=\(pendulum)")
        == "Hopper-v5: the model \(pendulum) has 2 positions, and this environment needs at least 3")
    let ant = library.model(named: "ant.xml")
    #expect(
      refusal("Reacher-v5:xml_file=\(ant)")
        == "Reacher-v5: the model \(ant) has no body 'fingertip', which this environment needs")
    #expect(
      refusal("Ant-v5:main_body=99") == "Ant-v5: the model \(ant) has 14 bodies, of which main_body=99 is none")
    #expect(
      refusal("Ant-v5:main_body=tail") == "Ant-v5: the model \(ant) has no body 'tail', which main_body names")
  }
}
