import NIOCore
import NIOPosix

/// Ports that the system chooses.
enum FreePort {
    /// A TCP port of this address that nobody listens on. Another program could take it before we do: then the start says so.
    static func any(on address: String) throws -> Int {
        let channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: address, port: 0).wait()
        defer { try? channel.close().wait() }
        return channel.localAddress?.port ?? 0
    }
}
