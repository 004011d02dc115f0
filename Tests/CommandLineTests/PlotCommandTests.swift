import Foundation
import FoundationXML
import Testing

@Suite struct PlotCommandTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  /// Records a run whose metric is called loss.
  private func log(_ values: [String], environment: String = "E", agent: String = "a", seed: Int = 0) throws {
    let started = try workplace.rlrun(
      "log", "--start", "--experiment", "x", "--agent", agent, "--environment", environment, "--seed", "\(seed)")
    let id = started.output.trimmingCharacters(in: .whitespacesAndNewlines)
    for (step, value) in values.enumerated() {
      #expect(try workplace.rlrun("log", id, "loss=\(value)", "--step", "\(step)").status == 0)
    }
  }

  private func plot(_ arguments: String...) throws -> Output {
    try workplace.run("rlrun", ["plot", "--experiment", "x", "--metric", "loss"] + arguments)
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: workplace.folder.appendingPathComponent(name))
  }

  @Test(arguments: [
    (
      ["plot", "latest", "-o", "a.pdf"],
      "plot writes .svg, .png and .html, not .pdf: end 'a.pdf' so, or use --format svg|png|html"
    ),
    (["plot", "latest", "-o", "a.JPG"], "plot writes .svg, .png and .html, not .JPG"),
    (["plot", "latest", "-o", "a"], "'a' does not say its format: plot writes .svg, .png and .html"),
    (["plot", "latest", "-o", ".svg"], "'.svg' does not say its format"),
    (["plot", "latest", "-o", "-"], "standard output has no name that ends in a format: use --format svg|png|html"),
    (["plot", "latest", "-o", "a.svg", "--format", "png"], "--format png does not fit --output a.svg"),
    (["plot", "latest", "--kind", "profile", "-o", "a.pdf"], "not .pdf"),
    (["plot", "latest", "--kind", "histogram", "-o", "a.pdf"], "not .pdf"),
    (["plot", "latest", "-o", "a.svg", "--width", "10"], "--width takes 200 to 10000 pixels, not 10"),
    (["plot", "latest", "--height", "2"], "--height takes 4 to 1000 characters in a terminal, not 2"),
    (["plot", "latest", "-o", "a.png", "--scale", "9"], "--scale takes 1 to 4, not 9"),
    (["plot", "latest", "--y-min", "2", "--y-max", "-2"], "--y-min 2 is not below --y-max -2"),
    (["plot", "latest", "--y-min", "-1", "--log-y"], "--y-min with --log-y takes a number above 0, not -1"),
    (["plot", "latest", "--y-max", "inf"], "--y-max takes a number within ±1e300, not inf"),
    (["plot", "latest", "--kind", "profile", "--log-x"], "go with --kind curve"),
    (["play", "CartPole-v1", "-o", "a.pdf"], "play writes .svg and .gif, not .pdf"),
    (["play", "CartPole-v1", "-o", "a"], "'a' does not say its format"),
    (["export", "latest", "-o", "a.json"], "export writes .csv, .jsonl and .onnx, not .json"),
    (["export", "latest", "-o", "a.jsonl", "--format", "csv"], "--format csv does not fit --output a.jsonl"),
  ])
  func `what cannot be written or drawn is refused before any work`(arguments: [String], sentence: String) throws {
    // There is no store: what is said is said before one is looked for.
    let result = try workplace.run("rlrun", arguments)
    #expect(result.status == 2)
    #expect(result.errors.contains(sentence), "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: workplace.folder.path).isEmpty)
  }

  @Test func `the name's ending says the format, in capitals too, and --format says it for standard output`() throws {
    try log(["3", "2", "1"])
    for (name, start) in [("a.svg", "<svg "), ("b.PNG", "\u{89}PNG"), ("c.Html", "<!DOCTYPE html>")] {
      let result = try plot("-o", name)
      #expect(
        result.status == 0 && result.output.isEmpty && result.errors == "rlrun: wrote \(name)\n", "\(result.errors)")
      #expect(try bytes(name).starts(with: start.unicodeScalars.map { UInt8($0.value) }))
    }
    #expect(XMLParser(data: try bytes("a.svg")).parse())
    let svg = try String(decoding: bytes("a.svg"), as: UTF8.self)
    for arguments in [["--format", "svg"], ["-o", "-", "--format", "svg"], ["-o", "/dev/stdout", "--format", "svg"]] {
      let result = try workplace.run(
        "/bin/bash", ["-c", "rlrun plot --experiment x --metric loss \(arguments.joined(separator: " ")) | cat"])
      #expect(result.status == 0 && result.output == svg, "\(arguments) \(result.errors)")
    }
    // A name that says nothing, where the format is said.
    #expect(try plot("-o", "picture", "--format", "png").status == 0)
    #expect(try bytes("picture") == bytes("b.PNG"))
    let large = try plot("-o", "large.png", "--width", "10000", "--height", "10000", "--scale", "4")
    #expect(
      large.status == 2 && large.errors.contains("a PNG of 40000 × 40000 pixels takes 17.6 GB"), "\(large.errors)")
    #expect(try workplace.rlrun("export", "latest", "-o", "points.jsonl").status == 0)
    #expect(try bytes("points.jsonl").starts(with: "{".utf8))
  }

  @Test func `a loss that ends as NaN says so in every form`() throws {
    try log(["1", "2", "nan", "inf", "5", "nan"])
    let caption = "from 1 to 5, ends as NaN at step 5; 2 NaN, 1 Inf"
    let text = try plot().output
    #expect(text.contains(caption) && text.contains("×") && text.contains("▲"), "\(text)")
    #expect(text.contains("× NaN, ▲ Inf"))
    let svg = try plot("--format", "svg").output
    #expect(svg.contains("ends as NaN at step 5; 2 NaN, 1 Inf") && svg.contains("<title>a: Inf at step 3</title>"))
    #expect(svg.components(separatedBy: "<polyline").count == 1, "no line but that from 1 to 2")
    let html = try plot("--format", "html").output
    #expect(html.contains("<td>NaN</td>") && html.contains("<td>ends as NaN at step 5; 2 NaN, 1 Inf</td>"))
    #expect(!html.contains("http"))
  }

  @Test func `environments have panels, and names, colours and axes are as asked for`() throws {
    try log(["1", "2"], environment: "Left")
    try log(["300", "200"], environment: "Right")
    try log(["4", "2"], environment: "Right", agent: "other")
    let text = try plot("--width", "70", "--height", "5").output
    #expect(text.contains("\nLeft\n") && text.contains("\nRight\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 70 })
    let svg = try plot(
      "--format", "svg", "--title", "Both", "--x-label", "epochs", "--y-label", "-log p", "--color", "OTH=#ff0000",
      "--label", "other=Another", "--y-min", "-10", "--width", "900", "--height", "500"
    ).output
    for words in [">Both<", ">epochs<", ">-log p<", ">Left<", ">Right<", "#ff0000", ">Another, 1 seed<", ">-10<"] {
      #expect(svg.contains(words), "\(words)")
    }
    #expect(svg.contains("width=\"900\" height=\"500\""))
    for (arguments, sentence) in [
      (["--color", "othr=red"], "no group 'othr' is drawn; did you mean 'other'?"),
      (["--color", "bluu"], "'bluu' is no colour; did you mean 'blue'?"),
      (["--color", "red", "--color", "red", "--color", "red"], "there are 3 colours for 2 groups"),
      (["--label", "other"], "--label takes group=name, not 'other'"),
    ] {
      let result = try workplace.run(
        "rlrun", ["plot", "--experiment", "x", "--metric", "loss", "-o", "no.svg"] + arguments)
      #expect(result.status == 2 && result.errors.contains(sentence), "\(result.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: workplace.folder.appendingPathComponent("no.svg").path))
  }
}
