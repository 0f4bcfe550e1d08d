import Accounts
import Foundation
import HTTPTypes
import Hummingbird
package import ServiceLifecycle
import Storage
import Vocabulary
package import Web

extension Problem {
    /// Somebody of the team offered help to this visitor before.
    package static let alreadyInvited = Problem(.conflict, "problem.alreadyInvited")
}

extension Desk {
    private struct HereWish: Decodable {
        let id: String
        let isHere: Bool
        let page: String?

        static let shape = JSONShape.object(["id": .text(64), "isHere": .flag], optional: ["page": .text(CardText.longestAddress)])
    }

    private struct Invited: Encodable {
        let invitedBy: String
    }

    /// As the team sees somebody who chose to be seen. Nothing says who they are.
    struct HereLine: Encodable, Sendable {
        let id: String
        let site: String
        let page: String?
        let since: Timestamp
        let invitedBy: String?

        init(_ visitor: VisitorsHere.Here, on site: SupportSite) {
            (id, page, since, invitedBy) = (visitor.id, visitor.page, visitor.since, visitor.invitedBy)
            self.site = site.name
        }
    }

    private struct HereList: Encodable, Sendable {
        let visitors: [HereLine]
    }

    private struct VisitorWish: Decodable {
        let visitor: String
    }

    var hereRoutes: [Route] {
        [
            Route(
                .post, "/widget/{key}/here", .everyone, bodyLimit: 4096, isAnonymous: true,
                purpose: "A visitor who chose to be seen says that they are there, or not any more. Nothing is stored."
            ) { request, context in
                let key = try Self.siteKey(context)
                let wish: HereWish = try await HereWish.shape.read(request)
                guard (16...64).contains(wish.id.utf8.count), wish.id.utf8.allSatisfy({ SentCookies.isOurs($0) }) else {
                    throw Problem.malformed
                }
                guard let site = try await ground.database.read({ try $0.supportSite(key: key) }) else { throw Problem.notFound }
                let visitor = VisitorsHere.Here(
                    id: wish.id, site: key, page: wish.page.flatMap(CardText.page), since: ground.clock.now, isGone: !wish.isHere)
                if here.tell(visitor) { try await tellSeen(visitor, isHere: wish.isHere, on: site) }
                guard wish.isHere, let name = here.inviter(of: wish.id) else { return Response(status: .noContent) }
                return try Response(json: Invited(invitedBy: name))
            }
        ]
    }

    /// Tells everybody who may see them.
    private func tellSeen(_ visitor: VisitorsHere.Here, isHere: Bool, on site: SupportSite) async throws {
        let staff = try await ground.database.read { transaction in
            var staff = Set(try transaction.people(withAnyOf: Self.supervisors))
            for queue in site.queues { staff.formUnion(try transaction.agents(of: queue).map(\.person)) }
            return Array(staff)
        }
        if isHere {
            ground.live.send(VisitorSeen(visitor: HereLine(visitor, on: site)), to: staff)
        } else {
            ground.live.send(VisitorGone(visitor: visitor.id), to: staff)
        }
    }

    /// The sites whose visitors somebody answers or looks after, by their keys.
    private func sites(seenBy member: Principal.Member) async throws -> [String: SupportSite] {
        let sites = try await ground.database.read { transaction in
            let all = try transaction.supportSites()
            guard member.roles.isDisjoint(with: Self.supervisors) else { return all }
            let queues = Set(try transaction.queues(of: member.person).map(\.id))
            return all.filter { !queues.isDisjoint(with: $0.queues) }
        }
        return Dictionary(sites.map { ($0.key, $0) }) { first, _ in first }
    }

    var hereHandlers: [LiveHandler] {
        [
            LiveHandler("visitors.list", .roles(Self.staff), isRemembered: false) { command in
                let sites = try await sites(seenBy: try command.sender.member)
                return HereList(
                    visitors: here.all(on: Set(sites.keys), at: ground.clock.now).compactMap { visitor in
                        sites[visitor.site].map { HereLine(visitor, on: $0) }
                    })
            },
            LiveHandler("visitors.invite", .roles(Self.staff)) { command in
                let wish: VisitorWish = try command.decode()
                let member = try command.sender.member
                let sites = try await sites(seenBy: member)
                guard var visitor = here.all(on: Set(sites.keys), at: ground.clock.now).first(where: { $0.id == wish.visitor }),
                    let site = sites[visitor.site]
                else { throw Problem.notFound }
                guard visitor.invitedBy == nil else { throw Problem.alreadyInvited }
                let name = try await people.colleagueNames([member.person])[member.person] ?? ""
                here.invite(visitor.id, by: name)
                visitor.invitedBy = name
                try await tellSeen(visitor, isHere: true, on: site)
                return nil
            },
        ]
    }
}

/// Somebody who chose to be seen came, is on another page, or was offered help.
struct VisitorSeen: Encodable, Sendable {
    let type = "visitor.seen"
    let visitor: Desk.HereLine
}

struct VisitorGone: Encodable, Sendable {
    let type = "visitor.gone"
    let visitor: String
}

/// Hears of visitors who chose to be seen, from every node.
struct HereListening: Service {
    let here: VisitorsHere

    func run() async throws {
        await cancelWhenGracefulShutdown { try? await here.listen() }
    }
}
