import ArgumentParser
import Formats
import Foundation
import Studio
import Tracker
import WebServer

/// What `rlrun studio` starts.
struct StudioServer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rlrun-server", abstract: "Serve Studio and MLflow's interface over a store of runs.")

  @Option(help: "The store of runs.")
  var store = ProcessInfo.processInfo.environment["RLRUN_STORE"] ?? "runs"

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 for any that is free.")
  var port = 6006

  @Option(help: "A name the server answers to beside its own; may be repeated.")
  var allowHost: [String] = []

  @Option(help: "A file with tokens, one a line; a token after 'read ' only reads.")
  var tokens: String?

  @Option(help: "A header in which a trusted proxy names its users.")
  var userHeader: String?

  @Option(help: "The address of that proxy; may be repeated.")
  var proxy: [String] = []

  @Flag(help: "Open the pages in a browser.")
  var open = false

  func serve() async throws {
    var configuration = WebService.Configuration()
    (configuration.host, configuration.port, configuration.hosts) = (host, port, allowHost)
    let signOn = try ServerTokens(file: tokens, userHeader: userHeader, proxies: proxy, host: host).signOn
    let studio = try StudioService(
      store: try Store(path: store, create: true), configuration, signOn: signOn,
      commands: .besideThisProgram(store: store))
    studio.closeOnSignals()
    let (host, open) = (host, open)
    try await studio.run { port in
      let name = host.contains(":") ? "[\(host)]" : host
      // At once, also where standard output is a pipe.
      FileHandle.standardOutput.write(Data("Studio: http://\(name):\(port)/  (Ctrl-C ends it)\n".utf8))
      if open { Browser.show("http://\(name):\(port)/") }
    }
  }
}

/// The browser of whoever started the server.
enum Browser {
  /// Without one, nothing is shown: the address was printed.
  static func show(_ address: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["xdg-open", address]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try? process.run()
  }
}
