import Cluster
import Mail

/// The servers this one asks: mail, relays, the bus.
extension Checkup {
    func mail() async -> Finding {
        guard let carrier = settings.mailCarrier else {
            return .warning(
                "Mail", "no mail server is configured", mend: "Mails wait under Administration. Set mail.url and mail.from to send them.")
        }
        guard let trouble = await carrier.client.probe(as: settings.mailFrom) else {
            return .well("Mail", "the server is there, encrypted and trusted")
        }
        return .wrong("Mail", trouble.explanation, mend: "Mails wait until then; none is lost.")
    }

    func relays() async -> [Finding] {
        guard !settings.turnURLs.isEmpty else {
            return [
                .warning(
                    "Relay", "no relay is configured",
                    mend: "About one call in ten needs one across the Internet: turn.urls and turn.secret.")
            ]
        }
        var findings: [Finding] = []
        for url in settings.turnURLs { findings.append(await relay(url)) }
        return findings
    }

    private func relay(_ url: String) async -> Finding {
        guard let address = RelayAddress(url), !address.isEncrypted else {
            return .well("Relay", "\(url) was not tried: it is reached by TLS or is no relay")
        }
        switch await RelayProbe(address, secret: settings.turnSecret, clock: clock).run() {
        case .works: return .well("Relay", "\(url) hands out addresses")
        case .silent:
            return .wrong("Relay", "\(url) does not answer", mend: "Is coturn running, and UDP \(address.port) open in the firewall?")
        case .refusesSecret:
            return .wrong(
                "Relay", "\(url) does not accept our credentials",
                mend: "turn.secret must be coturn's static-auth-secret, with use-auth-secret.")
        case .refuses(let code): return .wrong("Relay", "\(url) refuses with \(code)", mend: "See coturn's log.")
        }
    }

    func bus() async -> Finding {
        guard !settings.natsURL.isEmpty else { return .well("Nodes", "this is the only one") }
        guard let bus = try? NATSBus(settings.natsURL) else {
            return .wrong("Nodes", "nats.url makes no sense", mend: "It looks like nats://host:4222.")
        }
        // A look for three seconds at most, in a command that runs once: the server itself is told by the library and never asks so.
        let deadline = ContinuousClock.now + .seconds(3)
        while !bus.state.isConnected, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(50)) }
        let isConnected = bus.state.isConnected
        await bus.close()
        return isConnected
            ? .well("Nodes", "NATS answers")
            : .wrong("Nodes", "NATS does not answer", mend: "See nats.url. Nodes go on by themselves meanwhile.")
    }
}
