import HTTPTypes
import NIOCore
import Vocabulary

extension LiveLink {
    /// Where the live link is served.
    package static let path = "/live"

    /// What the HTTP server needs to turn requests for `/live` into connections: `.http1(sockets: link.door)`.
    package var door: SocketDoor {
        SocketDoor(path: Self.path, limits: limits.socket, arrivals: arrivals, tick: { [hub] in hub.shard(on: $0).tick }) {
            request, channel in
            await self.decide(request.headerFields, channel)
        }
    }

    private func decide(_ fields: HTTPFields, _ channel: any Channel) async -> SocketDecision {
        guard let entrance = current?.opening.entrance else { return .refuse(.serviceUnavailable) }
        do throws(Problem) {
            try entrance.origins.checkSocket(fields[.origin])
        } catch {
            return .refuse(error.status)
        }
        let household = entrance.client(of: fields, from: channel.remoteAddress).household.value
        // Before anything is looked up: what a flood costs most is the database.
        guard hub.count(of: household) < limits.perHousehold else { return .refuse(.tooManyRequests) }
        guard let principal = try? await recognising.pass({ try await entrance.principal(of: fields) }) else {
            return .refuse(.serviceUnavailable)
        }
        // A program's scopes are looked at by the API alone.
        if case .program = principal { return .refuse(.forbidden) }
        guard let person = principal.person else { return .accept { Farewell(.signedOut) } }
        let language = entrance.language(of: fields)
        let loop = channel.eventLoop
        return .accept {
            LiveConnection(
                principal: principal, person: person, household: household, language: language, shard: self.hub.shard(on: loop), link: self)
        }
    }
}
