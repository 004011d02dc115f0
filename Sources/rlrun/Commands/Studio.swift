import ArgumentParser
import Files
import Formats
import Foundation
import Tracker

struct StudioCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "studio",
    abstract: "Serve the store as web pages, and to MLflow's clients.",
    discussion: """
      Example:
        rlrun studio
        rlrun studio --port 6007 --open
        rlrun studio --host 0.0.0.0 --tokens tokens.txt --allow-host studio.example.org

      Needs rlrun-server, which 'make studio' builds beside rlrun. On another address than this machine's own it needs a file
      of tokens, or a proxy that signs its users on. MLflow's clients record into the store with
      MLFLOW_TRACKING_URI=http://127.0.0.1:6006.
      """)

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 for any that is free.")
  var port = 6006

  @Flag(help: "Open the pages in a browser.")
  var open = false

  @Option(help: ArgumentHelp("A name the server answers to beside its own; may be repeated.", valueName: "name"))
  var allowHost: [String] = []

  @Option(help: ArgumentHelp("A file with a token a line; one after 'read ' only reads.", valueName: "file"))
  var tokens: String?

  @Option(help: ArgumentHelp("A header in which a trusted proxy names its users.", valueName: "name"))
  var userHeader: String?

  @Option(help: ArgumentHelp("The address of that proxy; may be repeated.", valueName: "address"))
  var proxy: [String] = []

  @Flag(help: "Print the server's command line instead.")
  var dryRun = false

  @OptionGroup var storeOption: StoreOption

  func validate() throws {
    if !(0...65_535).contains(port) { throw ValidationError("--port must be 0 to 65535") }
  }

  func run() throws {
    let server = try ServerProgram.path()
    let arguments = arguments
    if dryRun {
      print(([server] + arguments).joined(separator: " "))
      return
    }
    guard Folder.holds(server) else { throw ServerProgramError.missing(server) }
    // The store is opened here too, so that a wrong folder is said before anything is started.
    _ = try storeOption.open(create: true)
    try ServerProgram.replaceThisProcess(server, arguments)
  }

  private var arguments: [String] {
    var arguments = ["--store", storeOption.path, "--host", host, "--port", String(port)]
    if open { arguments.append("--open") }
    for name in allowHost { arguments += ["--allow-host", name] }
    if let tokens { arguments += ["--tokens", tokens] }
    if let userHeader { arguments += ["--user-header", userHeader] }
    for address in proxy { arguments += ["--proxy", address] }
    return arguments
  }
}

/// The program that answers HTTP: it stands on SwiftNIO, which this one does without.
enum ServerProgram {
  static let name = "rlrun-server"

  /// Beside this program, whether it is there or not.
  static func path() throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
  }

  /// Runs the server as this very process, so that signals and the exit status are its own.
  static func replaceThisProcess(_ path: String, _ arguments: [String]) throws -> Never {
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    execv(path, words)
    throw ServerProgramError.unusable(path, code: errno)
  }
}

enum ServerProgramError: UserFacingError, Hashable {
  case missing(String)
  case unusable(String, code: Int32)

  var description: String {
    switch self {
    case .missing(let path): "there is no server at \(path): build it with 'make studio'"
    case .unusable(let path, let code): "\(path) could not be started: \(String(cString: strerror(code)))"
    }
  }

  var status: FailureStatus { .failedWork }
}
