import Glibc
import Tracker
import WebServer

/// The whole of Studio: pages and MLflow's interface over one store.
package final class StudioService: Sendable {
  package let store: Store
  package let pool: RunWriterPool
  private let service: WebService

  package init(store: Store, _ configuration: WebService.Configuration, signOn: SignOn = SignOn()) throws {
    self.store = store
    pool = RunWriterPool(store)
    let interface = MLflowAPI(store, pool: pool)
    var configuration = configuration
    configuration.spool = store.path
    let pages = StudioPages(store, pool: pool, cache: interface.cache, signOn: signOn)
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
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let wanted = signals
    Thread.start { [pool] in
      var (signals, number) = (wanted, Int32(0))
      sigwait(&signals, &number)
      try? pool.evictAll()
      exit(number == SIGINT ? 130 : 0)
    }
  }
}

/// A thread that waits for something for as long as the process lives.
private enum Thread {
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body)).toOpaque()
    pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, work)
    pthread_detach(thread)
  }
}
