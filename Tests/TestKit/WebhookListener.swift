import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A program elsewhere that a webhook tells what happens: hears everything, and answers as the test says.
package final class WebhookListener: Sendable {
    package struct Heard: Sendable {
        package let id: String
        package let timestamp: String
        package let signature: String
        package let body: String
    }

    private let all = Mutex<[Heard]>([])
    private let location: String?
    private let respond: @Sendable (Heard, Int) async -> Int
    private let running = Mutex<(port: Int, services: ServiceGroup, task: Task<Void, any Error>)?>(nil)

    /// - Parameters:
    ///   - location: where every answer says to go.
    ///   - respond: the status for a delivery, given how many came before it.
    package init(redirectingTo location: String? = nil, _ respond: @escaping @Sendable (Heard, Int) async -> Int = { _, _ in 204 }) {
        self.location = location
        self.respond = respond
    }

    package var heard: [Heard] { all.withLock(\.self) }
    package var url: String { "http://127.0.0.1:\(running.withLock { $0?.port ?? 0 })/hook" }

    package func open() async throws {
        let router = Router()
        router.post("hook") { request, _ in
            func field(_ name: String) -> String { request.headers.first { $0.name.canonicalName == name }?.value ?? "" }
            let heard = Heard(
                id: field("webhook-id"), timestamp: field("webhook-timestamp"), signature: field("webhook-signature"),
                body: String(buffer: try await request.body.collect(upTo: 100_000)))
            let before = self.all.withLock { all in
                all.append(heard)
                return all.count - 1
            }
            return Response(status: .init(code: await self.respond(heard, before)), headers: self.location.map { [.location: $0] } ?? [:])
        }
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in announce.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let services = ServiceGroup(services: [application], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try await services.run() }
        guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
        running.withLock { $0 = (port, services, task) }
    }

    package func close() async throws {
        guard let running = running.withLock(\.self) else { return }
        await running.services.triggerGracefulShutdown()
        try await running.task.value
    }
}
