import Accounts
import Calls
import Conversations
import Desk
import Privacy
import Web

/// What all domains declare about the data they touch.
extension House {
    static let declarations = [
        Declarations.ground, LiveLink.declarations, Accounts.declarations, People.declarations, Conversations.declarations,
        Calls.declarations, Calls.meetingDeclarations, Desk.declarations, Desk.routingDeclarations, Desk.inboxDeclarations,
        Desk.programDeclarations, Desk.importDeclarations, Desk.alertDeclarations,
        Desk.consentDeclarations, CardField.declarations, Desk.reportDayDeclarations,
    ]
}
