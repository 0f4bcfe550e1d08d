package import Conversations
import Foundation
import NIOCore
import NIOPosix

/// ClamAV's daemon, asked over its socket (`INSTREAM`, clamd(8)): nothing is written anywhere for it to read.
package struct Clamd: FileScanner {
    package enum Place: Sendable, Equatable {
        case socket(path: String)
        case host(String, port: Int)
    }

    package enum Trouble: Error { case noAnswer, strangeAnswer }

    /// How long it may take to look at a file.
    private static let patience = Duration.seconds(60)
    private static let longestAnswer = 4096

    private let place: Place

    /// Reads `unix:///run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`; nil for anything else.
    package init?(_ address: String) {
        guard let url = URLComponents(string: address) else { return nil }
        switch url.scheme {
        case "unix" where url.path.hasPrefix("/"): place = .socket(path: url.path)
        case "tcp":
            guard let host = url.host, !host.isEmpty else { return nil }
            place = .host(host.trimmingCharacters(in: ["[", "]"]), port: url.port ?? 3310)
        default: return nil
        }
    }

    package func isHarmless(_ pieces: AttachmentPieces) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { try await ask(pieces) }
            group.addTask {
                // The deadline; whoever is first ends the other.
                try await Task.sleep(for: Self.patience)
                throw Trouble.noAnswer
            }
            defer { group.cancelAll() }
            guard let verdict = try await group.next() else { throw Trouble.noAnswer }
            return verdict
        }
    }

    private func ask(_ pieces: AttachmentPieces) async throws -> Bool {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(5))
        @Sendable func wrap(_ channel: any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> {
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        let channel =
            switch place {
            case .socket(let path): try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
            case .host(let host, let port): try await bootstrap.connect(host: host, port: port, channelInitializer: wrap)
            }
        let answer = try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "zINSTREAM\0"))
            var pieces = pieces
            while let piece = try await pieces.next() {
                var buffer = ByteBuffer()
                buffer.writeInteger(UInt32(piece.count))
                buffer.writeBytes(piece)
                try await outbound.write(buffer)
            }
            try await outbound.write(ByteBuffer(integer: UInt32(0)))
            var answer = ByteBuffer()
            for try await part in inbound {
                answer.writeImmutableBuffer(part)
                if part.readableBytesView.contains(0) || answer.readableBytes > Self.longestAnswer { break }
            }
            return String(buffer: answer)
        }
        let words = answer.filter { $0 != "\0" && $0 != "\n" }
        if words.hasSuffix(" OK") { return true }
        if words.hasSuffix(" FOUND") { return false }
        throw words.isEmpty ? Trouble.noAnswer : Trouble.strangeAnswer
    }
}
