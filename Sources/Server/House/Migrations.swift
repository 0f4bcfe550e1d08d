import Accounts
import Calls
import Mail
package import Storage
import Web

/// The schema of all domains, in the order in which they refer to each other.
package enum Migrations {
    package static let all: [Migration] =
        MailQueue.migrations + StreamStore.migrations + People.migrations + Accounts.migrations + Calls.migrations
}
