import Calls
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Vocabulary

/// How browsers reach the server: port, name, certificate.
extension Checkup {
    func port() async -> Finding {
        let place = "\(settings.port) of \(settings.address)"
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: settings.address, port: settings.port).get()
            try await channel.close()
            return .well("Port", "\(place) is free")
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            return .warning("Port", "\(place) is in use", mend: "If Sotto runs, this is as it should be; else another program has it.")
        } catch let error as IOError where error.errnoCode == EACCES {
            return .wrong("Port", "\(place) may not be used", mend: "Give the service AmbientCapabilities=CAP_NET_BIND_SERVICE.")
        } catch {
            return .wrong("Port", "\(place) cannot be used: \(error)", mend: "See address and port.")
        }
    }

    /// Whether the host in `origin` leads here.
    func name() -> Finding {
        guard let host = settings.publicHost else {
            return .well("Address", "\(settings.origin.isEmpty ? "localhost" : settings.origin), for this machine alone")
        }
        let found = Resolver.addresses(of: host)
        guard !found.isEmpty else {
            return .wrong("Address", "\(host) leads nowhere", mend: "Make an A or AAAA record for it, or correct origin.")
        }
        guard !Set(found).isDisjoint(with: LocalAddresses.all) else {
            return .warning(
                "Address", "\(host) leads to \(found.joined(separator: ", ")), which this machine does not have",
                mend: "Right when a router or proxy stands before it; else correct the DNS record.")
        }
        return .well("Address", "\(settings.origin) leads here")
    }

    /// The port for meetings, and where browsers are told to find it. Whether a firewall lets them through is seen from outside alone: by
    /// the check before a meeting, which says it to whoever is about to join.
    func meetings() async -> Finding {
        let place = settings.mediaPort == 0 ? "any UDP port" : "UDP \(settings.mediaPort)"
        do {
            let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "0.0.0.0", port: settings.mediaPort).get()
            try await channel.close()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            return .warning(
                "Meetings", "\(place) is in use",
                mend: "If Sotto runs and a meeting was held, this is as it should be; else another program has it.")
        } catch {
            return .wrong("Meetings", "\(place) cannot be used: \(error)", mend: "See media.port.")
        }
        let named = settings.publicHost.map { Resolver.addresses(of: $0) } ?? []
        let told =
            settings.mediaAddresses.isEmpty
            ? LocalAddresses.all + named.filter { !LocalAddresses.all.contains($0) } : settings.mediaAddresses
        guard settings.mediaAddresses.isEmpty, Set(named).isDisjoint(with: LocalAddresses.all), !named.isEmpty else {
            return .well("Meetings", "\(place) is free; browsers are told \(told.isEmpty ? "127.0.0.1" : told.joined(separator: ", "))")
        }
        return .warning(
            "Meetings", "\(place) is free, and has to be passed on to this machine from \(named.joined(separator: ", "))",
            mend: "Let the router pass \(place) on, or say in media.addresses where browsers reach it.")
    }

    /// What the line carries, above four fifths of which no new meeting begins.
    func line(_ own: LineSpeed? = .found()) -> Finding {
        if settings.mediaBandwidth > 0 { return .well("Line", "\(settings.mediaBandwidth) Mbit/s, as media.bandwidth says") }
        if let own {
            return .well("Line", "\(own.megabits) Mbit/s, as \(own.card) says; where the way out is narrower, say so in media.bandwidth")
        }
        return .well("Line", "nobody says what it carries; where meetings could fill it, say so in media.bandwidth")
    }

    func certificate() -> Finding {
        guard settings.speaksTLS else {
            return settings.trustedProxies.isEmpty
                ? .well("Certificate", "none needed on this machine alone") : .well("Certificate", "is the proxy's affair")
        }
        if settings.tlsSelfSigned {
            return .warning(
                "Certificate", "this machine signs its own",
                mend: "Good for a private network; on the Internet give tls.certificate and tls.key.")
        }
        do {
            guard let certificate = try ServerCertificate.load(settings) else { return .well("Certificate", "none") }
            return judge(certificate)
        } catch {
            return .wrong("Certificate", "\(error)", mend: "See tls.certificate and tls.key.")
        }
    }

    private func judge(_ certificate: ServerCertificate) -> Finding {
        let days = (certificate.expires - clock.now).inMilliseconds / Duration.days(1).inMilliseconds
        if certificate.expires <= clock.now { return .wrong("Certificate", "it has expired", mend: "Renew it.") }
        if let host = URLComponents(string: settings.origin)?.host, !certificate.covers(host) {
            return .wrong("Certificate", "it is not for \(host)", mend: "Get one for the name in origin.")
        }
        if days < 14 {
            return .warning("Certificate", "it ends in \(days) days", mend: "Renew it; Sotto takes the new files without a restart.")
        }
        return .well("Certificate", "good for \(days) more days")
    }
}
