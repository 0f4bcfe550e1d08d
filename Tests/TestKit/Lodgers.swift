import Accounts
import Cluster
import Foundation
import Logging
package import Server
package import Vocabulary
import Web

/// Somebody who lives in a Sotto: registered and signed in.
package struct Lodger: Sendable {
    package let name: String
    package let person: PersonID
    /// The value of their session cookie.
    package let session: String

    /// As the live link writes them.
    package var id: String { person.description }
}

/// People who move in before anybody looks: straight into the database, so that a test about something else needs no forms.
package enum Lodgers {
    /// Registers people with these names, and makes contacts of those whose numbers are paired: the first asks, the second accepts.
    /// Each has a notice of signing in, and another of each contact.
    package static func move(
        into settings: Settings, _ names: [String], contacts pairs: [(Int, Int)], clock: any WallClock = SystemClock()
    ) async throws -> [Lodger] {
        let house = try await House.build(
            settings, frontend: Repository.frontend(), clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
            let lodgers = try await move(into: house, names, contacts: pairs, clock: clock)
            await house.close()
            return lodgers
        } catch {
            await house.close()
            throw error
        }
    }

    private static func move(
        into house: House, _ names: [String], contacts pairs: [(Int, Int)], clock: any WallClock
    ) async throws -> [Lodger] {
        let ground = Ground(
            clock: clock, database: house.stores.data, keys: house.stores.ring, bus: LocalBus(), live: house.link,
            streams: house.link.store, outbox: house.mail, pages: house.pages, site: house.site, logger: house.logger)
        var policy = Accounts.Policy()
        policy.passwordCost = .least
        policy.confirmsEmail = false
        let accounts = Accounts(ground, policy: policy)
        var lodgers: [Lodger] = []
        for name in names {
            let (email, password) = ("\(name.lowercased())@example.org", "three quiet herons")
            let visit = Visit(client: .init("192.0.2.1"), device: DeviceLabel(userAgent: ""), language: .english)
            _ = try await accounts.register(Registration(name: name, email: email, way: .password(password), age: .adult), from: visit)
            let session = try await accounts.signIn(email: email, password: password, from: visit)
            lodgers.append(Lodger(name: name, person: session.person, session: session.token.text.value))
        }
        for (one, other) in pairs {
            _ = try await house.people.ask(lodgers[other].person, by: lodgers[one].person, introduction: nil)
            try await house.people.accept(lodgers[one].person, by: lodgers[other].person)
        }
        return lodgers
    }
}
