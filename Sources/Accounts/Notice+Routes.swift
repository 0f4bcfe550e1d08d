import Hummingbird
import Vocabulary
package import Web

extension People {
    static let readForm = Form("/notices/read", [.line("upTo", maximum: 20)])

    var noticeRoutes: [Route] {
        [
            Route(.get, "/notices", .members, purpose: "What happened while a person was away.") { request, context in
                try await noticesPage(request, context)
            },
            Route(.get, "/notices/{sequence}", .members, purpose: "One notice in words, as JSON, for pages that are open.") { _, context in
                let person = try context.member.person
                let sequence: Int = try context.parameter("sequence")
                guard let notice = try await notices(of: person, before: sequence + 1).first(where: { $0.sequence == sequence }) else {
                    throw Problem.notFound
                }
                return try Response(json: try await words([notice], for: person, in: context.language)[0])
            },
            Route(.post, "/notices/read", .members, purpose: "Marks notices as seen.") { request, context in
                let form = try await Self.readForm.read(request)
                guard form.isAccepted, let sequence = Int(form.text("upTo")) else { throw Problem.malformed }
                try await markNoticesRead(by: try context.member.person, upTo: sequence)
                return .redirect(to: "/notices", type: .normal)
            },
        ]
    }

    package var liveHandlers: [LiveHandler] {
        struct ReadWish: Decodable, Sendable { let upTo: Int }
        return [
            LiveHandler("notices.read", .members) { command in
                let wish = try command.decode(ReadWish.self)
                try await markNoticesRead(by: command.sender.person, upTo: wish.upTo)
                return nil
            }
        ]
    }

    private func noticesPage(_ request: Request, _ context: Context) async throws -> Response {
        let person = try context.member.person
        let before = request.uri.queryParameters["before"].flatMap { Int(String($0)) }
        let last = try await lastNotice(of: person)
        let notices = try await notices(of: person, before: before)
        let read = try await ground.database.read { try $0.noticesRead(by: person) }
        var page = Page("people/notices", title: "people.notices.title")
        page.section = .notices
        page.heard = last
        page.styles = ["people/people.css"]
        page.scripts = ["people/notices.js"]
        page.model["notices"] = try await words(notices, for: person, in: context.language).map { $0.model(isUnread: $0.sequence > read) }
        if let newest = notices.first, newest.sequence > read, before == nil {
            page.model["readAction"] = Self.readForm.action
            page.model["readUpTo"] = newest.sequence
        }
        if notices.count == Notice.page, let oldest = notices.last { page.model["olderURL"] = "/notices?before=\(oldest.sequence)" }
        return try await ground.pages.respond(page, request, context)
    }

    /// The notices in a reader's language, with the names they may see right now.
    private func words(_ notices: [Notice], for reader: PersonID, in language: Language) async throws -> [NoticeWords] {
        let cards = try await cards(of: notices.compactMap(\.body.person), seenBy: reader)
        var meetings: [String: String] = [:]
        for meeting in Set(notices.compactMap(\.body.meeting)) {
            meetings[meeting] = try await subjects.name(ofMeeting: meeting, for: reader)
        }
        return notices.map { notice in
            let person = notice.body.person
            let card = person.flatMap { cards[$0] }
            let meeting = notice.body.meeting.map {
                meetings[$0] ?? ground.pages.text("people.notice.meetingGone", [:], in: language)
            }
            let name = meeting ?? notice.body.guest ?? notice.body.queue ?? person.map { label(card, $0, in: language) } ?? ""
            let setting = notice.body.setting.map { ground.pages.text("setting.\($0)", [:], in: language) } ?? ""
            let text = ground.pages.text(
                "people.notice.\(notice.kind.rawValue)",
                [
                    "name": name, "setting": setting,
                    "device": notice.body.device.map { ground.pages.text(for: DeviceLabel(stored: $0), in: language) } ?? "",
                ],
                in: language)
            let url: String? =
                switch notice.kind {
                case .signInNew: "/settings/devices"
                case .settingChanged: "/settings/security"
                case .callMissed where notice.body.guest != nil: nil
                case .enquiryMentioned, .enquiryInvited, .enquiryTransferred: notice.body.conversation.map { "/desk#\($0)" }
                case .wallboardWait, .wallboardNumber: "/desk/wallboard"
                case .meetingWaiting, .meetingSoon: notice.body.meeting.flatMap { meetings[$0] == nil ? nil : "/meetings/\($0)" }
                default: card.map { "/people/\($0.person)" }
                }
            return NoticeWords(
                sequence: notice.sequence, kind: notice.kind.rawValue, icon: notice.kind.icon, words: text, url: url,
                at: notice.at.machineText, atWords: notice.at.words(in: language))
        }
    }
}

/// A notice ready to be shown.
private struct NoticeWords: Encodable, Sendable {
    let sequence: Int
    let kind: String
    let icon: String
    let words: String
    let url: String?
    let at: String
    let atWords: String

    func model(isUnread: Bool) -> [String: Any] {
        var model: [String: Any] = [
            "sequence": sequence, "kind": kind, "icon": icon, "words": words, "at": at, "atWords": atWords, "isUnread": isUnread,
        ]
        model["url"] = url
        return model
    }
}
