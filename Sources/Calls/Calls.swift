package import Accounts
package import Privacy
package import ServiceLifecycle
package import Storage
import Vocabulary
package import Web

/// Calls between two, whose media goes directly from browser to browser, and meetings of more, whose media passes `MediaServer`, which
/// forwards it and keeps nothing. Guests come to either by a link.
package struct Calls: LiveObserver {
    let ground: Ground
    let people: People
    let relay: Relay?
    let exchange: CallExchange
    /// Where groups meet. One-to-one calls never touch it.
    package let media: MediaServer
    let hall: MeetingHall
    let upgrades: CallUpgrades

    package init(_ ground: Ground, people: People, relay: Relay?, media: MediaServer) {
        self.ground = ground
        self.people = people
        self.relay = relay
        self.media = media
        hall = MeetingHall(ground, media: media)
        let parties = CallParties(ground, people: people)
        upgrades = CallUpgrades(ground, parties: parties, people: people, hall: hall)
        exchange = CallExchange(ground: ground, parties: parties, relay: relay, upgrades: upgrades)
    }

    /// Knows the guests among those who come with a cookie.
    package var guests: GuestAuthenticator { GuestAuthenticator(ground) }

    package var services: [any Service] {
        [
            Rounds(every: .seconds(2), logger: ground.logger, CallKeeper(exchange: exchange).keep),
            Rounds(every: .seconds(2), logger: ground.logger, upgrades.keep),
            Rounds(every: .seconds(5), logger: ground.logger, sendReminders),
            Rounds(every: .seconds(2), logger: ground.logger, hall.keep), media, MeetingKeeper(hall: hall),
        ]
    }

    package var liveHandlers: [LiveHandler] {
        [
            LiveHandler("call.ring", .members) { try await exchange.ring($0) },
            LiveHandler("call.join", .participants) { command in
                let joined = try await exchange.join(command)
                await upgrades.remind(try command.decode(CallWish.self).call, command.sender)
                return joined
            },
            LiveHandler("call.accept", .members) { command in
                if let added = try await upgrades.accept(try command.decode(), by: command.sender) { return added }
                try await exchange.accept(command)
                return nil
            },
            LiveHandler("call.decline", .members) { command in
                if await upgrades.decline(try command.decode(), by: command.sender) { return nil }
                try await exchange.decline(command)
                return nil
            },
            LiveHandler("call.hangUp", .participants) { command in
                try await exchange.hangUp(command)
                return nil
            },
            LiveHandler("call.signal", .participants) { command in
                try await exchange.signal(command)
                return nil
            },
        ] + upgradeHandlers + meetingHandlers
    }

    package func opened(_ sender: LiveSender) async {
        await exchange.opened(sender)
        await upgrades.opened(sender)
    }

    package func closed(_ sender: LiveSender, isDead: Bool) async {
        await exchange.closed(sender.connection, of: sender.person)
        await hall.closed(sender.connection)
    }

    package static let migrations = [
        Migration(
            "calls", 1,
            [
                """
                CREATE TABLE guest_link (
                    id BLOB PRIMARY KEY NOT NULL,
                    fingerprint BLOB NOT NULL UNIQUE,
                    host_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    created_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    uses_left INTEGER CHECK (uses_left >= 0),
                    has_lobby INTEGER NOT NULL CHECK (has_lobby IN (0, 1)),
                    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1))
                ) STRICT
                """,
                "CREATE INDEX guest_link_host ON guest_link (host_id)",
                """
                CREATE TABLE guest (
                    person_id BLOB PRIMARY KEY NOT NULL,
                    link_id BLOB NOT NULL REFERENCES guest_link (id) ON DELETE CASCADE,
                    host_id BLOB NOT NULL,
                    fingerprint BLOB NOT NULL UNIQUE,
                    name BLOB NOT NULL,
                    joined_at INTEGER NOT NULL
                ) STRICT
                """,
                """
                CREATE TABLE call (
                    id BLOB PRIMARY KEY NOT NULL,
                    caller_id BLOB NOT NULL,
                    callee_id BLOB NOT NULL REFERENCES profile (person_id) ON DELETE CASCADE,
                    link_id BLOB,
                    state TEXT NOT NULL CHECK (state IN ('waiting', 'ringing', 'active', 'ended')),
                    reason TEXT,
                    relay_only INTEGER NOT NULL CHECK (relay_only IN (0, 1)),
                    rung_at INTEGER NOT NULL,
                    answered_at INTEGER,
                    ended_at INTEGER
                ) STRICT
                """,
                "CREATE INDEX call_caller ON call (caller_id, rung_at)",
                "CREATE INDEX call_callee ON call (callee_id, rung_at)",
                "CREATE INDEX call_open ON call (state) WHERE state <> 'ended'",
                """
                CREATE TABLE call_side (
                    call_id BLOB NOT NULL REFERENCES call (id) ON DELETE CASCADE,
                    person_id BLOB NOT NULL,
                    device TEXT NOT NULL,
                    connection BLOB NOT NULL,
                    present INTEGER NOT NULL CHECK (present IN (0, 1)),
                    changed_at INTEGER NOT NULL,
                    PRIMARY KEY (call_id, person_id)
                ) STRICT
                """,
                "CREATE INDEX call_side_connection ON call_side (connection)",
            ]),
        Migration(
            "calls", 2, ["ALTER TABLE guest_link ADD COLUMN relay_only INTEGER NOT NULL DEFAULT 0 CHECK (relay_only IN (0, 1))"]),
    ]

    package static var declarations: Declarations {
        var all = Declarations()
        let kept = Retention.after(days: 30)
        func personal(
            _ table: String, _ column: String, _ key: String, _ category: DataCategory, _ audience: Audience, _ retention: Retention,
            _ necessity: String
        ) {
            all.personal.append(
                PersonalField(
                    table, column, key: key, category, for: [.calls], basis: .contract, audience: audience, retention: retention,
                    sealing: .plain,
                    necessity: necessity))
        }
        for column in ["caller_id", "callee_id"] {
            personal(
                "call", column, "callParticipants", .communication, .callParticipants, kept,
                "Says whose devices ring, and who missed a call.")
        }
        for column in ["state", "reason", "rung_at", "answered_at", "ended_at"] {
            personal(
                "call", column, "callTimes", .communication, .callParticipants, kept,
                "Tells a call that rings from one that was answered, missed or ended.")
        }
        personal(
            "call", "relay_only", "callRelay", .preference, .callParticipants, kept, "Hides both addresses when one side asked for it.")
        personal(
            "call_side", "person_id", "callDevice", .communication, .nobody, .untilRemoved, "Sends signals to the page that is in the call."
        )
        personal(
            "call_side", "device", "callDevice", .device, .nobody, .untilRemoved, "Tells one page of a person from another during a call.")
        let linkKept = Retention.untilClosed
        personal("guest_link", "host_id", "guestLink", .relationship, .person, linkKept, "Says who is called by the link.")
        personal("guest_link", "created_at", "guestLink", .history, .person, linkKept, "Shows the maker of a link when it was made.")
        personal(
            "guest", "person_id", "guest", .pseudonym, .callParticipants, .after(days: 1),
            "Names the guest during one call, and never again.")
        personal("guest", "host_id", "guest", .relationship, .callParticipants, .after(days: 1), "Says whom the guest came to call.")
        personal("guest", "joined_at", "guest", .history, .nobody, .after(days: 1), "Says when the guest is to be forgotten.")
        all.personal.append(
            PersonalField(
                "guest", "name", key: "guestName", .name, for: [.calls], basis: .contract, audience: .callParticipants,
                retention: .after(days: 1),
                sealing: .sealed, necessity: "Tells the host who wants to talk."))
        all.technical = [
            TechnicalColumn("call", "id", reason: "A random id."),
            TechnicalColumn("call", "link_id", reason: "The id of the guest link by which the call came."),
            TechnicalColumn("call_side", "call_id", reason: "The id of the call."),
            TechnicalColumn("call_side", "connection", reason: "A random id of the live link, new with every connection."),
            TechnicalColumn("call_side", "present", reason: "Whether that link is up."),
            TechnicalColumn("call_side", "changed_at", reason: "When that link last went up or down."),
            TechnicalColumn("guest_link", "id", reason: "A random id."),
            TechnicalColumn("guest_link", "fingerprint", reason: "SHA-256 of the link's secret."),
            TechnicalColumn("guest_link", "expires_at", reason: "When the link stops working."),
            TechnicalColumn("guest_link", "uses_left", reason: "How many guests may still come."),
            TechnicalColumn("guest_link", "has_lobby", reason: "Whether guests wait to be admitted."),
            TechnicalColumn("guest_link", "relay_only", reason: "Whether calls by it go through the relay."),
            TechnicalColumn("guest_link", "revoked", reason: "Whether the maker took the link back."),
            TechnicalColumn("guest", "link_id", reason: "The id of the guest link."),
            TechnicalColumn("guest", "fingerprint", reason: "SHA-256 of the guest's cookie."),
        ]
        all.cookies = [Calls.guestCookie]
        all.storageKeys = [
            StorageKey(
                "sotto.devices",
                purpose: "Remembers which camera, microphone and speaker you chose and how they are used, and how calls ring.",
                after: "you choose a device or a ring")
        ]
        return all
    }

    /// Names a guest to the server, from the moment they join until the browser closes.
    package static let guestCookie = CookieDeclaration(
        "__Host-guest", .necessary, purpose: "Keeps a guest in the call across a reload.", lifetime: nil)
}
