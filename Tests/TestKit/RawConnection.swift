import NIOCore
import NIOPosix
import Synchronization

/// A TCP connection on which a test says whatever it likes.
package final class RawConnection: Sendable {
    private let channel: any Channel
    private let received: Received

    private final class Received: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let bytes = Mutex<[UInt8]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let part = Self.unwrapInboundIn(data)
            bytes.withLock { $0 += Array(buffer: part) }
        }
    }

    package init(host: String = "127.0.0.1", port: Int) async throws {
        let received = Received()
        self.received = received
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(received) }
            .connect(host: host, port: port).get()
    }

    package func send(_ text: String) {
        channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    package func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Everything the server has said so far.
    package var bytes: [UInt8] { received.bytes.withLock { $0 } }
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package var isOpen: Bool { channel.isActive }

    /// Everything the server said until it hung up.
    package func untilClosed(within patience: Duration = .seconds(60)) async throws -> String {
        try await Eventually.holds(within: patience) { !self.isOpen }
        return text
    }

    package func close() {
        channel.close(promise: nil)
    }
}
