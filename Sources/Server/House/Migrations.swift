import Accounts
import Calls
import Conversations
import Desk
import Mail
package import Storage
import Web

/// The schema of all domains, in the order in which they refer to each other.
package enum Migrations {
    package static let all: [Migration] =
        MailQueue.migrations + StreamStore.migrations + People.migrations + Accounts.migrations + Conversations.migrations
        + Conversations.attachmentMigrations + Conversations.searchMigrations + Conversations.historyMigrations
        + Calls.migrations + Calls.meetingMigrations + Desk.migrations + Desk.routingMigrations + Rollup.migrations + Desk.inboxMigrations
        + Desk.visitorMigrations + Desk.tokenMigrations + Desk.webhookMigrations + QueueBot.migrations
        + Desk.programAnswerMigrations + Desk.programPaceMigrations
        + Desk.importMigrations
        + Desk.alertMigrations
        + Desk.consentMigrations + CardField.migrations
        + Desk.reportDayMigrations
}
