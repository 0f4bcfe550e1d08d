import Calls
import Crypto
import Foundation
import NIOCore
import NIOPosix
import Vocabulary

/// Asks a relay for an address, as a browser would (RFC 8656 §7), and gives it back.
struct RelayProbe: Sendable {
    enum Outcome: Equatable, Sendable {
        case works, silent, refusesSecret
        case refuses(Int)
    }

    /// How often a question is sent before the relay counts as silent: datagrams get lost.
    private static let tries = 3
    private static let patience = TimeAmount.milliseconds(800)

    let address: RelayAddress
    let secret: String
    let clock: any WallClock

    init(_ address: RelayAddress, secret: String, clock: any WallClock) {
        self.address = address
        self.secret = secret
        self.clock = clock
    }

    func run() async -> Outcome {
        do {
            return try await ask()
        } catch {
            return .silent
        }
    }

    private func ask() async throws -> Outcome {
        let peer = try SocketAddress.makeAddressResolvingHost(address.host, port: address.port)
        let (answers, heard) = AsyncStream.makeStream(of: STUNMessage.self)
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(Listener(heard: heard)) }
            .bind(host: peer.protocol == .inet6 ? "::" : "0.0.0.0", port: 0).get()
        defer { channel.close(promise: nil) }

        func exchange(_ question: STUNMessage, key: [UInt8]? = nil) async throws -> STUNMessage? {
            for _ in 0..<Self.tries {
                let bytes = ByteBuffer(bytes: question.bytes(key: key))
                try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: peer, data: bytes))
                let stop = channel.eventLoop.scheduleTask(in: Self.patience) { heard.yield(STUNMessage(type: 0)) }
                for await answer in answers {
                    if answer.type == 0 { break }
                    guard answer.transaction == question.transaction else { continue }
                    stop.cancel()
                    return answer
                }
            }
            return nil
        }

        // UDP (17) as the relayed transport.
        let wish: [(UInt16, [UInt8])] = [(STUNMessage.requestedTransport, [17, 0, 0, 0])]
        guard let first = try await exchange(STUNMessage(type: STUNMessage.allocate, attributes: wish)) else { return .silent }
        guard first.errorCode == 401, let realm = first[STUNMessage.realm], let nonce = first[STUNMessage.nonce] else {
            return first.errorCode.map { .refuses($0) } ?? .works
        }
        let credentials = Relay(urls: [], secret: secret, lifetime: .minutes(5)).server(at: clock.now)
        let name = Array(credentials.username.utf8)
        // RFC 8489 §9.2.2: the key of long-term credentials.
        let parts: [[UInt8]] = [name, realm, Array(credentials.credential.utf8)]
        let key = Array(Insecure.MD5.hash(data: Array(parts.joined(separator: [UInt8(ascii: ":")]))))
        let proof: [(UInt16, [UInt8])] = [(STUNMessage.username, name), (STUNMessage.realm, realm), (STUNMessage.nonce, nonce)]
        guard let second = try await exchange(STUNMessage(type: STUNMessage.allocate, attributes: wish + proof), key: key) else {
            return .silent
        }
        guard let code = second.errorCode else {
            // A lifetime of nought gives the address back.
            _ = try await exchange(
                STUNMessage(type: STUNMessage.refresh, attributes: [(STUNMessage.lifetime, [0, 0, 0, 0])] + proof), key: key)
            return .works
        }
        return code == 401 ? .refusesSecret : .refuses(code)
    }
}

private final class Listener: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    let heard: AsyncStream<STUNMessage>.Continuation

    init(heard: AsyncStream<STUNMessage>.Continuation) {
        self.heard = heard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let message = STUNMessage(parsing: Array(unwrapInboundIn(data).data.readableBytesView)) { heard.yield(message) }
    }
}
