import Accounts
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
package import ServiceLifecycle
package import UnixSignals
import Web

/// Listening, answering, and stopping in good order.
extension House {
    /// Longest a graceful stop may take; what is not done by then is cut off.
    static let stopTime = Duration.seconds(4)
    /// Connections that the kernel may hold until we get to them: all browsers come back at once. `net.core.somaxconn` may allow fewer.
    static let pendingConnections = 8192

    /// Serves until one of the signals comes, then stops in good order and lets go of everything.
    ///
    /// - Parameters:
    ///   - more: what runs as long as the server does.
    ///   - started: called once the server answers.
    package func run(
        signals: [UnixSignal] = [.sigterm, .sigint], beside more: [any Service] = [], started: @escaping @Sendable () async -> Void = {}
    ) async throws {
        do {
            try await group(signals: signals, beside: more, started: started).run()
        } catch is CancellationError {
            // What was not done within `stopTime` was cut off.
        } catch {
            await close()
            throw error
        }
        await close()
    }

    /// Everything that runs, for whoever wants to stop it by hand. `close` afterwards.
    package func group(
        signals: [UnixSignal], beside more: [any Service] = [], started: @escaping @Sendable () async -> Void
    ) throws -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: try (more + services(started)).map { .init(service: $0, successTerminationBehavior: .ignore) },
            gracefulShutdownSignals: signals, logger: logger.part("life"))
        configuration.maximumGracefulShutdownDuration = Self.stopTime
        return ServiceGroup(configuration: configuration)
    }

    /// In starting order: whoever listens is last, so that it stops first.
    private func services(_ started: @escaping @Sendable () async -> Void) throws -> [any Service] {
        open()
        var services: [any Service] =
            [mail, KeyNews(ring: stores.ring, bus: bus, logger: logger.part("keys"))] + link.services + accounts.services + people.services
            + conversations.services + calls.services + desk.services + desk.inboxServices
            + desk.visitorServices + desk.programServices
        if let certificate { services.append(CertificateWatch(certificate: certificate, logger: logger.part("tls"))) }
        if settings.redirectPort > 0 { services.append(redirect) }
        services.append(try application(started))
        return services
    }

    private func application(_ started: @escaping @Sendable () async -> Void) throws -> some Service {
        let door = StandingDoor(standing, entrance: entrance, isEncrypted: settings.speaksTLS)
        let media = calls.media
        let plain = HTTPServerBuilder.http1(
            sockets: link.door, standing: door, isSecure: settings.speaksTLS, neighbour: PortNeighbour { media.take($0) })
        let server = try certificate.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: $0.configuration) } ?? plain
        return Application(
            responder: mount.router(routes).buildResponder(), server: server,
            configuration: .init(
                address: .hostname(settings.address, port: settings.port),
                backlog: Self.pendingConnections,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.connections, logger: logger.part("web"))),
            onServerRunning: { channel in
                media.streamPort = settings.streamPort(listening: channel.localAddress?.port ?? settings.port)
                await started()
            }, logger: logger.part("web"))
    }

    /// Tells pages and live link what the domains brought.
    private func open() {
        pages.show(people)
        link.open(
            .init(
                entrance: entrance,
                handlers: people.liveHandlers + conversations.liveHandlers + calls.liveHandlers + desk.liveHandlers
                    + desk.searchHandlers + measuring,
                streams: [People.notices] + conversations.streamKinds,
                observers: [calls, desk],
                audience: people))
    }

    private var mount: Mount {
        var http = Mount.Settings()
        http.isEncrypted = settings.speaksTLS
        return Mount(
            entrance: entrance, pages: pages, site: site, cookies: registry.cookies, settings: http, standing: standing,
            logger: logger.part("web"))
    }

    private var entrance: Entrance {
        Entrance(
            proxies: TrustedProxies(settings.trustedProxies.compactMap(AddressRange.init)), origins: OriginGuard(origins: settings.origins),
            limits: RateLimits(.standard, clock: clock), authenticators: [accounts, calls.guests, desk.visitors, desk.programs])
    }
}

extension Settings {
    /// The TCP port at which browsers reach this process itself; nil when only a proxy on this machine does.
    fileprivate func streamPort(listening port: Int) -> UInt16? {
        if self.mediaTCPPort > 0 { return UInt16(clamping: self.mediaTCPPort) }
        let isInner = ["localhost", "127.0.0.1", "::1"].contains(self.address)
        return isInner ? nil : UInt16(clamping: port)
    }

    /// Every origin under which browsers may reach this server: the one people are told, and on a private network the machine's addresses.
    var origins: Set<String> {
        let rest = self.origin.drop { $0 != ":" }.dropFirst(3)
        let port = rest.hasSuffix("]") ? "" : rest.drop { $0 != ":" }
        if self.origin == "http://localhost\(port)" { return [self.origin, "http://127.0.0.1\(port)", "http://[::1]\(port)"] }
        guard self.tlsSelfSigned else { return [self.origin] }
        let hosts = ["localhost", "127.0.0.1"] + LocalAddresses.all.map { $0.contains(":") ? "[\($0)]" : $0 }
        return Set([self.origin] + hosts.map { "https://\($0):\(self.port)" })
    }
}
