package import Calls
import HTTPTypes
import Hummingbird
import Logging
import Media
import NIOCore
import ServiceLifecycle
import Synchronization

/// A meeting with the shortest signalling there is: whoever comes is in, and sees all others. It stands in for the domain of meetings.
package final class MeetingDesk: Sendable {
    private static let room = MediaRoomID(1)
    private let media = MeetingDesk.server()
    private let people = Mutex<[UInt64]>([])
    private let running = Mutex<(port: Int, services: ServiceGroup, task: Task<Void, any Error>)?>(nil)
    private let views = Mutex<[UInt64: [SlotView]]>([:])

    private struct Welcome: ResponseEncodable {
        let answer: String?
        let slots: String
    }

    private struct View: ResponseEncodable {
        let mid: String
        let peer: UInt64?
        let track: String?
    }

    package init() {}

    /// A media server that reaches this machine alone and says nothing.
    package static func server(at home: String = "127.0.0.1", port: UInt16 = 0, limits: MediaLimits = MediaLimits()) -> MediaServer {
        MediaServer(port: port, addresses: [home], limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    package var statistics: MediaStatistics? { media.statistics }
    package var url: String { "http://localhost:\(running.withLock { $0?.port ?? 0 })/" }

    package func open() async throws {
        try await media.open(Self.room)
        let router = Router()
        router.get("/") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/html"],
                body: .init(byteBuffer: .init(string: "<!doctype html><title>Meeting</title>")))
        }
        router.post("/join/:who") { request, context -> Welcome in
            let who = try context.parameters.require("who", as: UInt64.self)
            let offer = String(buffer: try await request.body.collect(upTo: 100_000))
            let result = try await self.media.join(Self.room, MediaPeerID(who), offer: offer, sounds: 4, pictures: 4)
            let welcome = try result.get()
            self.people.withLock { $0.append(who) }
            return Welcome(answer: welcome.answer, slots: welcome.slots)
        }
        router.post("/accept/:who") { request, context -> HTTPResponse.Status in
            let who = try context.parameters.require("who", as: UInt64.self)
            let answer = String(buffer: try await request.body.collect(upTo: 100_000))
            if let fault = try await self.media.accept(Self.room, MediaPeerID(who), answer: answer) { throw fault }
            for one in self.people.withLock(\.self) { try await self.watchAll(one) }
            return .noContent
        }
        router.post("/leave/:who") { _, context -> HTTPResponse.Status in
            let who = try context.parameters.require("who", as: UInt64.self)
            self.people.withLock { $0.removeAll { $0 == who } }
            try await self.media.leave(Self.room, MediaPeerID(who))
            return .noContent
        }
        router.get("/views/:who") { _, context -> [View] in
            let who = try context.parameters.require("who", as: UInt64.self)
            return self.views.withLock { $0[who] ?? [] }.map { View(mid: $0.mid, peer: $0.peer?.number, track: $0.track.map { "\($0)" }) }
        }
        try await serve(router)
    }

    private func watchAll(_ one: UInt64) async throws {
        let others = people.withLock(\.self).filter { $0 != one }
        try await media.watch(Self.room, MediaPeerID(one), others.map { PictureWish(MediaPeerID($0), .camera) })
    }

    private func serve(_ router: Router<BasicRequestContext>) async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in announce.yield(channel.localAddress?.port ?? 0) }, logger: silent)
        let services = ServiceGroup(services: [application], logger: silent)
        let task = Task { try await services.run() }
        guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
        running.withLock { $0 = (port, services, task) }
        let events = media.events
        Task {
            for await event in events {
                if case .slots(_, let peer, let slots) = event { self.views.withLock { $0[peer.number] = slots } }
            }
        }
    }

    package func close() async throws {
        media.stop()
        guard let running = running.withLock(\.self) else { return }
        await running.services.triggerGracefulShutdown()
        try await running.task.value
    }
}
