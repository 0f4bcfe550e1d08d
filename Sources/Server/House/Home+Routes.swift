import Accounts
import Web

/// The first page, which is another one for everybody.
extension House {
    var homeRoutes: [Route] {
        [
            Route(.get, "/", .everyone, purpose: "The welcome page, or the people of whoever is signed in.") { request, context in
                guard case .member = context.principal else { return try await accounts.welcomePage(request, context) }
                return try await people.home(request, context, recent: recentCalls)
            }
        ]
    }

    var recentCalls: People.RecentCalls {
        { person, language in try await calls.recent(of: person, in: language) }
    }
}
