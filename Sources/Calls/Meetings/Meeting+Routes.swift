import Accounts
import HTTPTypes
import Hummingbird
import Vocabulary
package import Web

extension Calls {
    static let meetingForm = Form(
        "/meetings",
        [
            .line("name", maximum: Meeting.nameLength), .choice("lifetime", GuestLink.lifetimes.map(String.init) + [stays]), .flag("lobby"),
            .flag("webinar"),
        ])
    /// What stands in the place of hours for a room that stays.
    private static let stays = "stays"

    var meetingRoutes: [Route] {
        [
            Route(.get, "/meetings", .members, purpose: "A member's meetings.") { request, context in
                try await meetingsPage(request, context)
            },
            Route(.post, "/meetings", .members, purpose: "Makes a meeting and leads there.") { request, context in
                let form = try await Self.meetingForm.read(request)
                guard form.isAccepted else { return try await meetingsPage(request, context, form) }
                let life: MeetingWish.Life = Int(form.text("lifetime")).map { .hours($0) } ?? .stays
                let meeting = try await makeMeeting(MeetingWish(form, life), for: try context.member.person)
                return .redirect(to: "/meetings/\(meeting.id)", type: .normal)
            },
            Route(.post, "/meetings/{meeting}/end", .members, purpose: "Closes a meeting for everybody, for good.") { request, context in
                _ = try await Form("", []).read(request)
                try await close(try context.parameter("meeting"), by: try context.member.person)
                return .redirect(to: "/meetings", type: .normal)
            },
            Route(.get, "/meetings/{meeting}", .participants, purpose: "The page of one meeting: check, lobby, everybody, the end.") {
                request, context in
                try await meetingPage(try context.parameter("meeting"), request, context)
            },
        ] + planRoutes
    }

    private func meetingsPage(_ request: Request, _ context: Context, _ form: Submission? = nil) async throws -> Response {
        var page = Page("calls/meetings", title: "meeting.list.title")
        page.section = .meetings
        page.styles = ["design/form.css", "calls/guest-links.css"]
        page.scripts = ["design/copy.js"]
        if holdsMeetings { page.form = form ?? Self.meetingForm.filled(with: ["lifetime": "24", "lobby": "on"]) }
        let now = ground.clock.now
        let own = try await meetings(of: try context.member.person)
        let coming = own.filter { $0.plan != nil }.sorted { $0.standsAt(now) < $1.standsAt(now) }
        page.model["meetings"] = (coming + own.filter { $0.plan == nil }).enumerated().map { place, own -> [String: Any] in
            var model: [String: Any] = [
                "name": own.name, "url": "/meetings/\(own.meeting.id)", "link": ground.site.origin + own.path, "place": place,
                "expiresAt": own.link.expiresAt.machineText, "expiresWords": own.link.expiresAt.words(in: context.language),
                "hasLobby": own.link.hasLobby, "isWebinar": own.meeting.isWebinar,
                "stays": own.link.stays, "endAction": "/meetings/\(own.meeting.id)/end",
            ]
            if let plan = own.plan {
                model["plan"] = words(of: plan, path: own.path, in: context.language)
                if !plan.isCancelled {
                    model["changeURL"] = "/meetings/\(own.meeting.id)/plan"
                    model["cancelAction"] = "/meetings/\(own.meeting.id)/cancel"
                    if plan.plan.repetition != .never { model["datesURL"] = "/meetings/\(own.meeting.id)/dates" }
                }
            }
            return model
        }
        return try await ground.pages.respond(page, request, context)
    }

    private func meetingPage(_ id: ID<Meeting>, _ request: Request, _ context: Context) async throws -> Response {
        guard let viewer = context.principal.person else { throw Problem.notFound }
        if let path = try await doorPath(of: id, for: viewer) { return .redirect(to: path, type: .normal) }
        let (meeting, known) = try await meeting(id, for: viewer)
        guard known.state != .refused else { throw Problem(.forbidden, "problem.meetingRefused") }
        let isGuest = if case .guest = context.principal { true } else { false }
        let name = try await name(of: meeting)
        var page = Page("calls/meeting", title: "meeting.pageTitle")
        page.titleValues = ["name": name]
        page.styles = ["design/form.css", "calls/call.css", "calls/meeting.css", "calls/polls.css"]
        page.scripts = ["calls/meetingStart.js", "design/copy.js"]
        page.model = [
            "id": id.description, "name": name, "returnURL": isGuest ? "/goodbye" : "/meetings", "lasts": try await lasts(meeting),
        ]
        if viewer == meeting.host {
            let secret = try await ground.keys.openText(meeting.secret, of: viewer, as: Meeting.secretColumn)
            page.model["link"] = "\(ground.site.origin)/join/\(secret)"
        }
        page.model["isMeeting"] = true
        page.model["role"] = known.role.rawValue
        if known.role == .attendee { page.model["listens"] = ["isWebinar": meeting.isWebinar] }
        return try await ground.pages.respond(page, request, context)
    }

    /// The path of the link, for a member who is to be reminded of a meeting and has not come yet.
    private func doorPath(of id: ID<Meeting>, for person: PersonID) async throws -> String? {
        let found = try await ground.database.read { transaction -> Meeting? in
            guard try transaction.reminder(of: id, for: person) != nil, let meeting = try transaction.meeting(id), meeting.host != person,
                try transaction.meetingPerson(person, in: id) == nil, try !transaction.keepApart(meeting.host, person)
            else { return nil }
            return meeting
        }
        guard let found else { return nil }
        return "/join/" + (try await ground.keys.openText(found.secret, of: found.host, as: Meeting.secretColumn))
    }

    // MARK: - By the link

    /// The door of a meeting, for whoever opens its link.
    func doorPage(of meeting: Meeting, by link: GuestLink, _ secret: String, _ request: Request, _ context: Context, _ form: Submission?)
        async throws -> Response
    {
        let isCancelled = try await plan(of: meeting)?.isCancelled == true
        if context.principal.person == meeting.host, !isCancelled { return .redirect(to: "/meetings/\(meeting.id)", type: .normal) }
        let host = try await exchange.parties.hostName(of: link.id, host: link.host)
        let name = try await name(of: meeting)
        var page = Page("calls/meeting-door", title: "meeting.pageTitle")
        page.titleValues = ["name": name]
        page.styles = ["design/form.css", "calls/guest-links.css"]
        let face: [String: Any] = ["name": host, "initials": Face.initials(host), "hue": Face.hue(link.host)]
        page.model = ["name": name, "host": face, "hasLobby": link.hasLobby, "isWebinar": meeting.isWebinar]
        if case .member(let member) = context.principal { page.model["member"] = ["name": member.name.value] }
        let plan = try await plan(of: meeting)
        let isLocked = try await isLocked(meeting, for: context.principal.person)
        var isOpen = !isLocked
        if isLocked { page.model["isLocked"] = true }
        if let plan {
            let isTime = await self.isOpen(plan, meeting.id)
            isOpen = isTime && !isLocked
            page.model["plan"] = words(of: plan, path: "/join/\(secret)", in: context.language)
            if !isTime, !plan.isCancelled, let sitting = plan.plan.upcoming(at: ground.clock.now) {
                page.model["opensAt"] = (sitting.start - MeetingPlan.early).machineText
                page.scripts = ["calls/meetingDoor.js"]
            }
        }
        if isOpen { page.form = form ?? Self.doorForm(secret, context).filled() }
        if case .member(let member) = context.principal, let plan, !plan.isCancelled, plan.plan.upcoming(at: ground.clock.now) != nil {
            let own = try await ground.database.read { try $0.reminder(of: meeting.id, for: member.person) }
            let reminder = Self.reminderForm(secret).filled(with: MeetingReminder.Wish.values(of: own?.wish))
            page.forms["reminder"] = reminder
            page.model.merge(try await reminderWords(for: member.person, reminder, in: context.language)) { _, own in own }
        }
        return try await ground.pages.respond(page, request, context)
    }

    /// Members come as themselves, so nothing is asked of them.
    static func doorForm(_ secret: String, _ context: Context) -> Form {
        if case .member = context.principal { return Form("/join/\(secret)", []) }
        return joinForm(secret)
    }

    func come(to meeting: Meeting, by link: GuestLink, _ secret: String, _ request: Request, _ context: Context) async throws -> Response {
        let form = try await Self.doorForm(secret, context).read(request)
        if let plan = try await plan(of: meeting), await !isOpen(plan, meeting.id) {
            throw plan.isCancelled ? Problem(.gone, "problem.meetingCancelled") : Problem(.conflict, "problem.meetingNotYet")
        }
        guard form.isAccepted else { return try await doorPage(of: meeting, by: link, secret, request, context, form) }
        var response = Response.redirect(to: "/meetings/\(meeting.id)", type: .normal)
        if case .member(let member) = context.principal {
            try await bringMember(member.person, to: meeting, by: link)
        } else {
            response.set(Self.guestCookie, to: try await bringGuest(to: meeting, by: link, as: form.text("name")))
        }
        return response
    }
}

extension MeetingWish {
    /// What a form says of it besides how long it lasts.
    init(_ form: Submission, _ life: Life) {
        self.init(name: form.text("name"), life: life, hasLobby: form.flag("lobby"), isWebinar: form.flag("webinar"))
    }
}

extension OwnMeeting {
    /// Where it stands among those that are planned: by what comes next, and what was cancelled or is over at the end.
    fileprivate func standsAt(_ now: Timestamp) -> Timestamp {
        guard let plan, !plan.isCancelled else { return GuestLink.never }
        return plan.plan.upcoming(at: now)?.start ?? GuestLink.never
    }
}
