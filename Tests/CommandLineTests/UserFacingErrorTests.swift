import Foundation
import Telemetry
import Testing

@testable import Analysis
@testable import Autopilot
@testable import BLASBridge
@testable import DataQuality
@testable import DataSources
@testable import DataVersions
@testable import Datasets
@testable import Drawing
@testable import Environments
@testable import Files
@testable import Fitting
@testable import Formats
@testable import Interchange
@testable import Learning
@testable import Migration
@testable import MuJoCo
@testable import ONNX
@testable import Parquet
@testable import Pipelines
@testable import Preparing
@testable import PythonEnvironments
@testable import RLCore
@testable import Runs
@testable import Search
@testable import Settings
@testable import Tracker
@testable import Trees
@testable import Tuning
@testable import Workflows
@testable import rlrun

/// An error of each type that a person can see, and what is seen of it.
struct SeenError: Sendable, CustomTestStringConvertible {
  var error: any UserFacingError
  var sentence: String
  var status: Int32
  var testDescription: String { sentence }

  init(_ error: any UserFacingError, _ sentence: String, _ status: Int32) {
    (self.error, self.sentence, self.status) = (error, sentence, status)
  }

  var typeName: String { "\(type(of: error))" }

  private static let fileError = FileError(.write, path: "a/b", code: EACCES)

  static let all: [SeenError] = [
    SeenError(UsageError("name runs"), "name runs", 2),
    SeenError(InputError(path: "a.csv", code: ENOENT), "could not read a.csv: No such file or directory", 2),
    SeenError(OutputError(path: "a.csv", code: EACCES), "could not write a.csv: Permission denied", 1),
    SeenError(
      FilterError(reason: "in the condition: a quote that is not closed", column: 3, text: "a='"),
      "in the condition: a quote that is not closed at column 3", 2),
    SeenError(
      ServerProgramError.missing("/a/rlrun-server"),
      "there is no server at /a/rlrun-server: build it with 'make studio'", 1),
    SeenError(HyperparameterError("'gamma' takes a number"), "'gamma' takes a number", 2),
    SeenError(ONNXError("a step has no form in ONNX"), "a step has no form in ONNX", 1),
    SeenError(ConfigurationError("there is no preset 'a'"), "there is no preset 'a'", 2),
    SeenError(EnvironmentError("there is no environment 'a'"), "there is no environment 'a'", 2),
    SeenError(
      MuJoCoError.notInstalled, "this environment needs MuJoCo 4.0.0, which is not installed: run 'make mujoco'", 2),
    SeenError(
      PythonError("py:A-v0: environment 3 raised ValueError in step: no", traceback: "ValueError: no"),
      "py:A-v0: environment 3 raised ValueError in step: no", 1),
    SeenError(
      PointLineError(line: 3, reason: "it is no JSON object"),
      "line 3 of the input: it is no JSON object; what came before is recorded", 2),
    SeenError(CheckpointError("it has no tensor 'a'"), "it has no tensor 'a'", 1),
    SeenError(TreeError("a tree has 0 leaves"), "a tree has 0 leaves", 1),
    SeenError(SnapshotError("2 states for 3 copies"), "the checkpoint does not fit: 2 states for 3 copies", 1),
    SeenError(
      NonFiniteActionError(place: "at step 5"),
      "the policy has diverged (an action is NaN at step 5): lower the learning rate, or see 'rlrun debug' for the cause; "
        + "a checkpoint before this is still good", 1),
    SeenError(ImportError(path: "a.npz", reason: "it is cut off"), "a.npz: it is cut off", 1),
    SeenError(
      ScoreFileError(path: "a.csv", line: 2, reason: "the score is empty"), "a.csv, line 2: the score is empty", 1),
    SeenError(GIFError(7), "giflib could not write the GIF: Failed to allocate required memory", 1),
    SeenError(
      LinearAlgebraError.singular(pivot: 2), "the fit failed: The matrix is singular: pivot 2 is zero.", 1),
    SeenError(fileError, "no permission to write a/b: change its permissions, or name another store", 1),
    SeenError(
      StoreError.file(fileError), "no permission to write a/b: change its permissions, or name another store", 1),
    SeenError(StoreError.noRuns(path: "runs"), "the run store at runs has no runs yet", 2),
    SeenError(StoreError.deleted("a"), "run a has been deleted", 2),
    SeenError(
      StoreError.experimentExists("a"), "there is an experiment 'a' already: choose another name", 2),
    SeenError(
      StoreError.live("a"), "run a is being written by another process: wait until it ends, or stop it", 1),
    SeenError(
      LaunchError.notStarted("a", code: ENOENT), "could not start a job: a: No such file or directory", 1),
    SeenError(
      LaunchError.unknownJob("3f9k2mzp", nearest: "3f9k2mzq"), "there is no job 3f9k2mzp: did you mean 3f9k2mzq?", 2),
    SeenError(AutopilotError("no column is left to predict 'y' from"), "no column is left to predict 'y' from", 2),
    SeenError(TrialError("the first trials all failed"), "the first trials all failed", 1),
    SeenError(SearchSpaceError("'gamma' is given twice"), "'gamma' is given twice", 2),
    SeenError(DatasetError.empty, "The data are empty: there is no header and no row.", 1),
    SeenError(
      DatasetError.unreadable(path: "a.csv", reason: "it is a folder"), "'a.csv' cannot be read: it is a folder.", 2),
    SeenError(
      DataQualityError.repair(number: 2, name: "impute", problem: "the table has no column 'a'"),
      "repair 2 (impute): the table has no column 'a'", 2),
    SeenError(
      ParquetError(path: "a.parquet", .notParquet),
      "'a.parquet' is not a Parquet file: it does not begin and end with PAR1", 1),
    SeenError(PipelineError("there is no column 'a'", status: .badUsage), "there is no column 'a'", 2),
    SeenError(
      DataRepositoryError.unknownVersion("flowers", asked: 9, latest: 2),
      "the data set 'flowers' has no version 9: its latest is 2", 2),
    SeenError(
      StepFailure(step: "tidy", cause: DataProblem("there is no row", status: .badUsage)),
      "the step 'tidy' failed: there is no row", 1),
    SeenError(DataProblem("'a.csv': Line 3: it is cut off"), "'a.csv': Line 3: it is cut off", 1),
    SeenError(
      DataSourceError(location: "a.xlsx", place: "row 7 of sheet 'A'", "its XML is cut off"),
      "'a.xlsx', row 7 of sheet 'A': its XML is cut off", 1),
    SeenError(
      DataFileError(path: "a.csv", reason: .empty), "'a.csv': The data are empty: there is no header and no row", 1),
    SeenError(
      DataFileError(path: "a.csv", reason: .missingColumn("kint", present: ["kind"])),
      "'a.csv' has no column 'kint'; did you mean 'kind'?", 2),
    SeenError(
      RegistryError.damaged(path: "a.json"), "The registered model in a.json cannot be read.", 1),
  ]
}

@Suite struct UserFacingErrorTests {
  /// Errors that nobody sees, and why.
  private static let unseen = [
    "FailedRun": "it is around another error, whose sentence is seen",
    "DecodingFailure": "readers of the log make damage of it",
    "UnreadableBytes": "importers make an ImportError of it",
    "Interrupted": "the report of a migration says it",
    "CutShort": "it ends a fit that was asked to stop",
    "StorageProblem": "a DataRepositoryError says it of its column",
    "Reason": "a ParquetError says it of its file",
    "ExpansionError": "whoever reads the file says which one it is",
    "ExpressionError": "a PipelineError says it of its step",
    "ImageProblem": "the source records it of its row, the reader of files makes an UnreadableImage of it",
    "UnreadableImage": "a PipelineError says it of the column, if none can be read",
    "Problem": "whoever reads YAML makes an error of its own of it",
    "CSVError": "whoever reads the file says which file and line it is about",
  ]

  @Test(arguments: SeenError.all)
  func `an error says its sentence and its status`(_ seen: SeenError) throws {
    let failure = try #require(Failure(seen.error))
    #expect(failure.sentence == seen.sentence)
    #expect(failure.status == seen.status)
    #expect(!failure.sentence.contains("\n"))
  }

  @Test func `the condition that is wrong is shown with a mark under the place`() throws {
    let failure = try #require(Failure(FilterError(reason: "no", column: 3, text: "a='")))
    #expect(failure.excerpt == ["  a='", "    ^"])
  }

  @Test func `what ended a run that had been started is work that failed`() throws {
    let failure = try #require(Failure(FailedRun(run: "a", cause: UsageError("no such thing"))))
    #expect(failure.sentence == "no such thing" && failure.status == 1)
  }

  @Test func `an error of any other kind is work that failed, and the parser words its own`() throws {
    struct Other: Error, CustomStringConvertible { var description = "it broke" }
    let failure = try #require(Failure(Other()))
    #expect(failure.sentence == "it broke" && failure.status == 1 && failure.excerpt.isEmpty)
    #expect(Failure(CocoaError(.fileNoSuchFile))?.status == 1)
    let decoding = #expect(throws: DecodingError.self) { try JSONDecoder().decode(Int.self, from: Data("{}".utf8)) }
    #expect(Failure(try #require(decoding))?.sentence.hasPrefix("a record cannot be read: ") == true)
    #expect(throws: (any Error).self) {
      do { _ = try RLRun.parseAsRoot(["runs", "--nothing"]) } catch {
        #expect(Failure(error) == nil)
        throw error
      }
    }
  }

  @Test func `every error type in Sources says its sentence, or is one that nobody sees`() throws {
    let declared = try Self.declaredErrors()
    let unworded = declared.all.subtracting(declared.userFacing)
    #expect(
      unworded == Set(Self.unseen.keys), "conform to UserFacingError where it is declared, or say why nobody sees it")
    #expect(declared.userFacing == Set(SeenError.all.map(\.typeName)), "every one has an example in SeenError.all")
  }

  /// The types that Sources declares to be errors, by inheritance clause or extension.
  private static func declaredErrors() throws -> (all: Set<String>, userFacing: Set<String>) {
    var (all, userFacing): (Set<String>, Set<String>) = ([], [])
    let sources = Workplace.package.appendingPathComponent("Sources")
    // Targets of a build of their own, whose tests see their errors.
    let server = ["WebServer", "Studio", "rlrun-server", "PythonLibrary"]
    let declaration =
      #/(?:struct|enum|class|actor|extension) +(?:\w+\.)*(?<name>\w+)(?:<[^>]*>)? *: *(?<parents>[^{]*)\{/#
    for case let name as String in FileManager.default.enumerator(atPath: sources.path) ?? .init()
    where name.hasSuffix(".swift") && !server.contains(where: { name.hasPrefix($0 + "/") }) {
      // An example in a comment is no declaration.
      let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
        .replacing(#/(?m)^ *\/\/.*$/#, with: "")
      for match in text.matches(of: declaration) {
        let parents = Set(match.parents.matches(of: #/\w+/#).map { String($0.output) })
        if parents.isDisjoint(with: ["Error", "LocalizedError", "CustomNSError", "UserFacingError"]) { continue }
        all.insert(String(match.name))
        if parents.contains("UserFacingError") { userFacing.insert(String(match.name)) }
      }
    }
    return (all, userFacing)
  }
}
