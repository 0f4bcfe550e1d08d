import Foundation
import HTTPTypes
import Hummingbird
package import ServiceLifecycle
import Vocabulary
package import Web

extension Desk {
    private struct HereWish: Decodable {
        let id: String
        let isHere: Bool
        let page: String?

        static let shape = JSONShape.object(["id": .text(64), "isHere": .flag], optional: ["page": .text(CardText.longestAddress)])
    }

    private struct HereList: Encodable, Sendable {
        struct Line: Encodable, Sendable {
            let id: String
            let site: String
            let page: String?
            let since: Timestamp
        }

        let visitors: [Line]
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
                guard try await ground.database.read({ try $0.supportSite(key: key) }) != nil else { throw Problem.notFound }
                here.tell(
                    .init(id: wish.id, site: key, page: wish.page.flatMap(CardText.page), since: ground.clock.now, isGone: !wish.isHere))
                return Response(status: .noContent)
            }
        ]
    }

    var hereHandlers: [LiveHandler] {
        [
            LiveHandler("visitors.list", .roles(Self.staff), isRemembered: false) { command in
                let member = try command.sender.member
                let sites = try await ground.database.read { transaction in
                    let all = try transaction.supportSites()
                    guard member.roles.isDisjoint(with: [.supervisor, .administrator, .owner]) else { return all }
                    let queues = Set(try transaction.queues(of: member.person).map(\.id))
                    return all.filter { queues.contains($0.queue) }
                }
                let names = Dictionary(sites.map { ($0.key, $0.name) }) { first, _ in first }
                return HereList(
                    visitors: here.all(on: Set(names.keys), at: ground.clock.now).map {
                        .init(id: $0.id, site: names[$0.site] ?? "", page: $0.page, since: $0.since)
                    })
            }
        ]
    }
}

/// Hears of visitors who chose to be seen, from every node.
struct HereListening: Service {
    let here: VisitorsHere

    func run() async throws {
        await cancelWhenGracefulShutdown { try? await here.listen() }
    }
}
