import Foundation
import Testing

/// Policies and models as ONNX files on the command line.
@Suite struct ONNXCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    var lines = ["size,place,kind"]
    for row in 0..<60 { lines.append("\(row % 2 == 0 ? 1 : 3).\(row),\(row % 3),\(row % 2 == 0 ? "red" : "blue")") }
    try workplace.write(lines.joined(separator: "\n") + "\n", to: "flowers.csv")
  }

  private func file(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: workplace.folder.appendingPathComponent(name)), as: UTF8.self)
  }

  @Test func `a policy and a model are written to the file that is named`() throws {
    let trained = try workplace.rlrun(
      "train", "CartPole-v1", "--steps", "64", "--set", "n_steps=32", "--eval-freq", "32")
    #expect(trained.status == 0, "\(trained.errors)")
    let policy = try workplace.rlrun("export", "latest", "-o", "policy.onnx")
    #expect(policy.status == 0, "\(policy.errors)")
    #expect(policy.errors.contains("rlrun: wrote the policy of run "))
    let text = try file("policy.onnx")
    for part in ["rlrun.environment", "CartPole-v1", "observation", "action", "logits", "ArgMax"] {
      #expect(text.contains(part), "\(part)")
    }
    let best = try workplace.rlrun("export", "latest", "-o", "best.onnx", "--checkpoint", "best")
    #expect(best.status == 0 && best.errors.contains("wrote the policy"), "\(best.errors)")
    try workplace.rlrun("fit", "flowers.csv", "--target", "kind", "--model", "gbdt")
    let model = try workplace.rlrun("export", "latest", "--format", "onnx", "-o", "model.onnx")
    #expect(model.status == 0 && model.errors.contains("wrote the model of run "), "\(model.errors)")
    let written = try file("model.onnx")
    for part in ["TreeEnsembleRegressor", "probabilities", "rlrun.classes", "[\"blue\",\"red\"]"] {
      #expect(written.contains(part), "\(part)")
    }
    let piped = try workplace.run("/bin/bash", ["-c", "rlrun export latest --format onnx -o - | cmp - model.onnx"])
    #expect(piped.status == 0, "\(piped.errors)")
  }

  @Test func `what cannot be written is said in a sentence`() throws {
    try workplace.write("steps:\n- quantile: {columns: [size]}\n", to: "steps.yaml")
    try workplace.rlrun("fit", "flowers.csv", "--target", "kind", "--model", "gbdt", "--pipeline", "steps.yaml")
    func refused(_ arguments: String..., status: Int32, _ sentence: String) throws {
      let result = try workplace.run("rlrun", ["export", "latest"] + arguments)
      #expect(result.status == status && result.errors.contains(sentence), "\(arguments): \(result.errors)")
    }
    try refused(
      "-o", "model.onnx", status: 1, "rlrun: step 1 of the pipeline (quantile) has no form in ONNX: predict with rlrun")
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("model.onnx").path))
    try refused("--format", "onnx", status: 2, "--format onnx writes bytes: name a file with -o")
    try refused("--format", "onnx", "-o", "a.csv", status: 2, "--format onnx does not fit --output a.csv")
    try refused("--checkpoint", "best", status: 2, "--checkpoint is for --format onnx")
    try refused("-o", "a.onnx", "--checkpoint", "best", status: 2, "--checkpoint is for policies, and run ")
    try refused("-o", "a.onnx", "--what", "episodes", status: 2, "--what episodes is for --format csv")
    let log = try workplace.run("/bin/bash", ["-c", "rlrun log --start --experiment e"])
    #expect(log.status == 0)
    try refused("-o", "a.onnx", status: 2, "and only fits have a model that predicts")
  }
}
