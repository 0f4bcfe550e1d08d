import Glibc
import NIOCore

/// Who else is called at the port of the pages. Its connections begin with a zero byte, as the frames of RFC 4571 do that are shorter
/// than 256 bytes; no request of HTTP and no greeting of TLS begins so.
package struct PortNeighbour: Sendable {
    /// Takes a connection for good. False when nobody is at home; then it is closed.
    let take: @Sendable (TakenConnection) -> Bool

    package init(take: @escaping @Sendable (TakenConnection) -> Bool) {
        self.take = take
    }
}

/// A connection that has left the server of the pages.
package struct TakenConnection: Sendable {
    /// The socket, which does not block. Whoever takes the connection closes it.
    package let descriptor: CInt
    /// What was read of it before anybody knew whose it is.
    package let beginning: [UInt8]

    package init(descriptor: CInt, beginning: [UInt8]) {
        self.descriptor = descriptor
        self.beginning = beginning
    }
}

/// Looks at the first byte of a connection, before TLS does, and either gives the connection away or is gone.
final class FirstByteHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let neighbour: PortNeighbour
    private var isGivenAway = false

    init(_ neighbour: PortNeighbour) {
        self.neighbour = neighbour
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isGivenAway else { return }
        let bytes = Self.unwrapInboundIn(data)
        guard bytes.readableBytesView.first == 0 else {
            context.fireChannelRead(data)
            return context.pipeline.syncOperations.removeHandler(self, promise: nil)
        }
        isGivenAway = true
        give(Array(buffer: bytes), context)
        // Closes our own descriptor of it alone: no byte says so to the other side.
        context.close(promise: nil)
    }

    /// The channel will close its descriptor, so what is given is another of the same connection.
    private func give(_ beginning: [UInt8], _ context: ChannelHandlerContext) {
        let descriptor = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            fcntl($0, F_DUPFD_CLOEXEC, 0)
        }
        guard let descriptor, descriptor >= 0 else { return }
        if !neighbour.take(TakenConnection(descriptor: descriptor, beginning: beginning)) { Glibc.close(descriptor) }
    }
}
