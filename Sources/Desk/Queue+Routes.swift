import Accounts
import Conversations
import Hummingbird
import Storage
import Vocabulary
import Web

/// Administration of queues: their rules, and who answers in them.
extension Desk {
    static let newQueueForm = Form("/desk/administration/queues", [.line("name", maximum: 80)])

    static func queueForm(_ queue: ID<Queue>) -> Form {
        Form(
            "/desk/administration/queues/\(queue)",
            [.line("name", maximum: 80), .choice("guard", ["mask", "refuse", "off"]), .flag("keepsTranscript")])
    }

    static func queueAgentForm(_ queue: ID<Queue>) -> Form {
        Form("/desk/administration/queues/\(queue)/agents", [.line("email", maximum: 254), .line("capacity", maximum: 2)])
    }

    var queueRoutes: [Route] {
        [
            Route(.get, "/desk/administration/queues", Self.administrators, purpose: "The queues and who answers in them.") {
                request, context in try await queuesPage(request, context)
            },
            Route(.post, "/desk/administration/queues", Self.administrators, purpose: "Makes a queue.") { request, context in
                let form = try await Self.newQueueForm.read(request)
                guard form.isAccepted else { return try await queuesPage(request, context, new: form) }
                let queue = Queue(id: .init(at: ground.clock.now), name: form.text("name"))
                guard try await make(queue) else {
                    var form = form
                    form.refuse("name", "sites.problem.queueName")
                    return try await queuesPage(request, context, new: form)
                }
                return .seeOther(LocalPath("/desk/administration/queues/\(queue.id)") ?? .home)
            },
            Route(.get, "/desk/administration/queues/{queue}", Self.administrators, purpose: "One queue: its rules and its agents.") {
                request, context in try await queuePage(try context.parameter("queue"), request, context)
            },
            Route(.post, "/desk/administration/queues/{queue}", Self.administrators, purpose: "Changes a queue's rules.") {
                request, context in try await changeQueue(try context.parameter("queue"), request, context)
            },
            Route(.post, "/desk/administration/queues/{queue}/agents", Self.administrators, purpose: "Lets a member answer in a queue.") {
                request, context in try await addAgent(to: try context.parameter("queue"), request, context)
            },
            Route(
                .post, "/desk/administration/queues/{queue}/agents/{person}/remove", Self.administrators,
                purpose: "Lets a member answer in a queue no more."
            ) { request, context in
                let queue: ID<Queue> = try context.parameter("queue")
                let person: PersonID = try context.parameter("person")
                try await letAnswerNoMore(person, in: queue)
                return .seeOther(LocalPath("/desk/administration/queues/\(queue)?saved=yes") ?? .home)
            },
        ]
    }

    private func changeQueue(_ id: ID<Queue>, _ request: Request, _ context: Context) async throws -> Response {
        var form = try await Self.queueForm(id).read(request)
        guard form.isAccepted, let policy = Conversation.Guard(rawValue: form.text("guard")) else {
            return try await queuePage(id, request, context, form)
        }
        let queue = Queue(id: id, name: form.text("name"), guardPolicy: policy, keepsTranscript: form.flag("keepsTranscript"))
        guard try await change(queue) else {
            form.refuse("name", "sites.problem.queueName")
            return try await queuePage(id, request, context, form)
        }
        return .seeOther(LocalPath("/desk/administration/queues/\(id)?saved=yes") ?? .home)
    }

    /// Finds a member by the whole address, as the owner's list does, and lets them answer. Only the owner appoints agents;
    /// whoever has no role of the desk yet is made one by the owner alone.
    private func addAgent(to id: ID<Queue>, _ request: Request, _ context: Context) async throws -> Response {
        let viewer = try context.member
        var form = try await Self.queueAgentForm(id).read(request)
        let capacity = Int(form.text("capacity"))
        if !(1...50).contains(capacity ?? 0) { form.refuse("capacity", "sites.problem.capacity") }
        let person = try await people.member(withAddress: form.text("email"))
        if form.isAccepted, person == nil { form.refuse("email", "sites.problem.noMember") }
        guard form.isAccepted, let person, let capacity else { return try await queuePage(id, request, context, agent: form) }
        guard try await letAnswer(person, in: id, capacity: capacity, appoints: viewer.roles.contains(.owner)) else {
            form.refuse("email", "sites.problem.notAppointed")
            return try await queuePage(id, request, context, agent: form)
        }
        return .seeOther(LocalPath("/desk/administration/queues/\(id)?saved=yes") ?? .home)
    }

    // MARK: - Pages

    private func queuesPage(_ request: Request, _ context: Context, new form: Submission? = nil) async throws -> Response {
        let rows = try await ground.database.read { transaction in
            try transaction.queues().map { ($0, try transaction.agents(of: $0.id).count) }
        }
        var page = deskPage("queues", "atQueues", title: "sites.queues.title")
        page.form = form ?? Self.newQueueForm.filled()
        page.model["queues"] = rows.map { queue, count -> [String: Any] in
            [
                "name": queue.name, "url": "/desk/administration/queues/\(queue.id)",
                "agents": ground.pages.text("sites.queues.agents", count: count, [:], in: context.language),
            ]
        }
        return try await ground.pages.respond(page, request, context)
    }

    private func queuePage(
        _ id: ID<Queue>, _ request: Request, _ context: Context, _ form: Submission? = nil, agent: Submission? = nil
    ) async throws -> Response {
        let found = try await ground.database.read { transaction in
            try transaction.queue(id).map { ($0, try transaction.agents(of: id)) }
        }
        guard let (queue, agents) = found else { throw Problem.notFound }
        let names = try await people.colleagueNames(agents.map(\.person))
        var page = deskPage("queue", "atQueues", title: "sites.queues.one")
        page.titleValues = ["name": queue.name]
        if try request.query()["saved"] != nil { page.message = "accounts.saved" }
        var values = ["name": queue.name, "guard": queue.guardPolicy.rawValue]
        if queue.keepsTranscript { values["keepsTranscript"] = "on" }
        page.form = form ?? Self.queueForm(id).filled(with: values)
        page.forms["agentForm"] = agent ?? Self.queueAgentForm(id).filled(with: ["capacity": "4"])
        page.model["queue"] = ["name": queue.name, "rulesURL": "/desk/administration/queues/\(id)/rules"]
        page.model["agents"] = agents.map { agent -> [String: Any] in
            [
                "name": names[agent.person] ?? "", "capacity": agent.capacity,
                "removeAction": "/desk/administration/queues/\(id)/agents/\(agent.person)/remove",
            ]
        }
        return try await ground.pages.respond(page, request, context)
    }
}
