import NIOCore
import NIOHTTPTypes

/// Closes connections that take a place and do nothing for it: headers that come a byte at a time, bodies that stop, clients
/// that ask nothing, clients that do not read what they asked for.
final class RequestDeadlines: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: WebLimits
  private var reading: Scheduled<Void>?
  private var stalled: Scheduled<Void>?
  /// Requests whose answer is not complete.
  private var open = 0

  init(_ limits: WebLimits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { expect(within: limits.headerSeconds, context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    expect(within: limits.headerSeconds, context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    reading?.cancel()
    stalled?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      open += 1
      expect(within: limits.bodySeconds, context)
    case .body: expect(within: limits.bodySeconds, context)
    case .end: reading?.cancel()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      open -= 1
      if open == 0 { expect(within: limits.idleSeconds, context) }
    }
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stalled?.cancel()
    stalled = context.channel.isWritable ? nil : close(in: limits.stalledSeconds, context)
    context.fireChannelWritabilityChanged()
  }

  private func expect(within seconds: Double, _ context: ChannelHandlerContext) {
    reading?.cancel()
    reading = close(in: seconds, context)
  }

  private func close(in seconds: Double, _ context: ChannelHandlerContext) -> Scheduled<Void> {
    let channel = context.channel
    return context.eventLoop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) { channel.close(promise: nil) }
  }
}
