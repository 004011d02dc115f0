import Dispatch
import Glibc
import Tracker
import WebServer

/// The whole of Studio: pages and MLflow's interface over one store.
package final class StudioService: Sendable {
  package let store: Store
  package let pool: RunWriterPool
  private let service: WebService

  package init(
    store: Store, _ configuration: WebService.Configuration, signOn: SignOn = SignOn(), commands: Commands? = nil
  ) throws {
    self.store = store
    pool = RunWriterPool(store)
    let interface = MLflowAPI(store, pool: pool)
    var configuration = configuration
    configuration.spool = store.path
    let pages = StudioPages(store, pool: pool, cache: interface.cache, signOn: signOn, commands: commands)
    service = WebService(
      configuration, routes: interface.routes + pages.routes, signOn: signOn
    ) { error, target, accepts in
      if let target, MLflowAPI.owns(target.path) { return MLflowAPI.errorPage(error) }
      return pages.errorPage(error, target, accepts: accepts)
    }
  }

  package func run(onRunning: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
    try await service.run(onRunning: onRunning)
  }

  /// On SIGINT or SIGTERM writes what is in memory, durably, and ends the process. What was answered is in the logs anyway.
  package func closeOnSignals() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [pool] in
        try? pool.evictAll()
        exit(number == SIGINT ? 130 : 0)
      }
      source.resume()
      // For as long as the process lives.
      _ = Unmanaged.passRetained(source as AnyObject)
    }
  }
}
