import Formats
import Migration
import Tracker
import WebServer

/// An error in MLflow's form: a code that its clients know, and a sentence.
struct MLflowError: Error, Hashable {
  enum Code: String {
    case badRequest = "BAD_REQUEST"
    case invalidParameterValue = "INVALID_PARAMETER_VALUE"
    case resourceAlreadyExists = "RESOURCE_ALREADY_EXISTS"
    case resourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST"
    case endpointNotFound = "ENDPOINT_NOT_FOUND"
    case invalidState = "INVALID_STATE"
    case permissionDenied = "PERMISSION_DENIED"
    case unauthenticated = "UNAUTHENTICATED"
    case notImplemented = "NOT_IMPLEMENTED"
    case temporarilyUnavailable = "TEMPORARILY_UNAVAILABLE"
    case internalError = "INTERNAL_ERROR"

    var status: Int {
      switch self {
      case .badRequest, .invalidParameterValue, .resourceAlreadyExists, .invalidState: 400
      case .unauthenticated: 401
      case .permissionDenied: 403
      case .resourceDoesNotExist, .endpointNotFound: 404
      case .notImplemented: 501
      case .temporarilyUnavailable: 503
      case .internalError: 500
      }
    }
  }

  var code: Code
  var message: String

  init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

  static func invalid(_ message: String) -> Self { Self(.invalidParameterValue, message) }
  static func missing(_ message: String) -> Self { Self(.resourceDoesNotExist, message) }

  /// What the store's or the server's errors are called in MLflow's language.
  init(_ error: any Error) {
    switch error {
    case let error as MLflowError: self = error
    case let error as StoreError: self.init(error)
    case let error as RegistryError: self.init(error)
    case let error as WebError:
      let code: Code =
        switch error.status {
        case 401: .unauthenticated
        case 403, 421: .permissionDenied
        case 404, 405: .endpointNotFound
        case 413: .invalidParameterValue
        case 400..<500: .badRequest
        default: .internalError
        }
      self.init(code, error.message)
    case let error as any UserFacingError:
      self.init(error.status == .badUsage ? .invalidParameterValue : .internalError, error.sentence)
    default: self.init(.internalError, "\(error)")
    }
  }

  private init(_ error: StoreError) {
    let code: Code =
      switch error {
      case .experimentExists: .resourceAlreadyExists
      case .unknownRun, .unknownExperiment, .deleted, .missing: .resourceDoesNotExist
      // Whoever writes the run lets go of it some day, and clients try again.
      case .live, .poolIsFull: .temporarilyUnavailable
      case .badExperimentName, .parameterIsSet, .badArtifactName: .invalidParameterValue
      default: .internalError
      }
    self.init(code, error.sentence)
  }

  private init(_ error: RegistryError) {
    let code: Code =
      switch error {
      case .missing, .missingVersion: .resourceDoesNotExist
      case .exists: .resourceAlreadyExists
      case .notAVersion: .invalidParameterValue
      case .damaged: .internalError
      }
    self.init(code, error.sentence)
  }

  /// `status`: of the answer where a check of the server's own has made it.
  func response(status: Int? = nil) -> WebResponse {
    .json(
      JSONWriter.object { json in
        json.member("error_code", code.rawValue)
        json.member("message", message)
      }, status: status ?? code.status)
  }
}
