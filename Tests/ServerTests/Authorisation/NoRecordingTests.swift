import Foundation
import HTTPTypes
import Privacy
import TestKit
import Testing
import Web

@testable import Server

/// **No route, command, setting or column records what is said and shown
/// in calls and meetings.** Nobody who uses this server can ask it to.
@Suite(.timeLimit(.minutes(5))) struct NoRecordingTests {
    /// Beginnings of words by which such a thing would be called, in any program of its kind.
    private static let telling = [
        "record", "captur", "egress", "playback", "replay", "tap", "dump", "archiv", "broadcast", "media", "audio", "video", "sound",
        "track",
        "frame", "picture", "voice", "transcri", "snapshot", "stream", "publish", "forward", "mirror", "export", "download", "listen",
    ]

    /// What is called so and is something else.
    private static let known: Set<String> = [
        // A description of the connection comes in, and one goes back. Packets themselves come neither by a route nor by a command.
        "meeting.publish",
        // Says which devices are on.
        "meeting.tracks",
        // The picture of a profile.
        "GET /people/{person}/picture/{picture}", "POST /settings/profile/picture", "POST /settings/profile/picture/remove",
        // What was written in a conversation with a shop, for who wrote it.
        "POST /enquiry/transcript",
        // Where the media server is reached, and what its way carries.
        "setting media.port", "setting media.addresses", "setting media.tcpPort", "setting media.codecs", "setting media.bandwidth",
        "setting media.packets",
        // A webhook's delivery.
        "operation replayDelivery",
        "POST /desk/administration/webhooks/failures/{delivery}/replay", "POST /api/v1/webhooks/{webhook}/failures/{delivery}/replay",
    ]

    /// The words of a name: `/a/beginReplay` has three.
    private static func words(of name: String) -> [String] {
        name.replacing(/[A-Z]/) { "-" + $0.output.lowercased() }.split { !$0.isLetter }.map(String.init)
    }

    @Test("No route, live command, operation or setting is called as one that records would be")
    func doors() async throws {
        try await TestHouse.run { server in
            let house = server.house
            let routes = house.routes.map { "\($0.method) \($0.path)" }
            let commands =
                house.people.liveHandlers + house.conversations.liveHandlers + house.calls.liveHandlers + house.desk.liveHandlers
                + house.desk.searchHandlers
            let settings = Options.all.map { "setting \($0.name)" }
            #expect(routes.count > 200 && commands.count > 60 && settings.count > 30)
            let found = (routes + commands.map(\.type) + house.desk.operations.map { "operation \($0.name)" } + settings).filter { name in
                Self.words(of: name).contains { word in Self.telling.contains { word.hasPrefix($0) } }
            }
            #expect(Set(found).subtracting(Self.known).sorted() == [], "if it keeps nothing of calls and meetings, it is added above")
            #expect(Self.known.subtracting(found).sorted() == [], "there is no such thing any more")
        }
    }

    @Test("Whatever is asked of the server by whoever, no sound and no moving picture comes back")
    func answers() async throws {
        let cast = try await Cast(on: .sqlite)
        var kinds: Set<String> = []
        for line in AuthorisationMatrix.lines where line.method == .get {
            for role in [AuthorisationMatrix.Role.nobody, .guest, .member, .owner] {
                let answer = try await cast.send(.get, line.path, as: role)
                guard answer.status == 200, let kind = answer.headers[.contentType]?.prefix(while: { $0 != ";" }) else { continue }
                kinds.insert(String(kind))
                #expect(Self.kinds.contains(String(kind)), "\(line.path) gives \(kind)")
            }
        }
        #expect(kinds.isSuperset(of: ["text/html", "application/json"]))
        try await cast.house.stop()
    }

    private static let kinds: Set<String> = [
        "text/html", "text/plain", "text/css", "text/csv", "text/javascript", "text/calendar", "application/json",
        "application/manifest+json", "image/svg+xml", "image/png", "image/webp", "image/jpeg",
    ]

    /// All that is kept of calls, meetings and links to them. **A new column is written here with thought: none holds what was said, shown,
    /// written or asked inside.**
    private static let columns: [String: Set<String>] = [
        // Who called whom, when, and how it ended.
        "call": [
            "id", "caller_id", "callee_id", "link_id", "state", "reason", "relay_only", "rung_at", "answered_at", "ended_at",
        ],
        "call_side": ["call_id", "person_id", "device", "connection", "present", "changed_at"],
        "guest_link": ["id", "host_id", "fingerprint", "uses_left", "has_lobby", "relay_only", "revoked", "created_at", "expires_at"],
        "guest": ["fingerprint", "person_id", "host_id", "link_id", "name", "joined_at"],
        // What it is called, when it takes place, and how one comes in.
        "meeting": ["id", "host_id", "link_id", "name", "secret", "created_at", "called_at", "webinar", "locked"],
        "meeting_plan": ["meeting_id", "plan", "sequence", "changed_at", "cancelled_at"],
        "meeting_reminder": ["meeting_id", "person_id", "minutes", "by_mail", "due_at"],
        "meeting_person": ["meeting_id", "person_id", "role", "state", "joined_at"],
    ]
    /// And what else is used for calls: who may, under which name, by which way; and that a command was answered, so that it
    /// is obeyed once.
    private static let besides: Set<String> = [
        "profile.name", "profile.always_relay", "contact.person_id", "contact.other_id", "contact.since", "live_command.person_id",
        "live_command.command_id", "live_command.answer", "live_command.at",
    ]

    @Test("Of calls and meetings those columns are kept that are told here, and none for what happens inside")
    func columns() throws {
        let registry = try Registry(House.declarations)
        let all = registry.personal.map { ($0.table, $0.column) } + registry.technical.map { ($0.table, $0.column) }
        let found = Dictionary(grouping: all.filter { Self.isOfCalls($0.0) }, by: \.0).mapValues { Set($0.map(\.1)) }
        #expect(found == Self.columns)
        let elsewhere = registry.personal.filter { $0.purposes.contains(.calls) && !Self.isOfCalls($0.table) }
        #expect(Set(elsewhere.map(\.place)) == Self.besides)
    }

    private static func isOfCalls(_ table: String) -> Bool {
        ["call", "meeting", "guest", "media"].contains { table == $0 || table.hasPrefix($0 + "_") }
    }
}
