import Accounts
import Calls
import Mail
package import Storage

/// The schema of all domains, in the order in which they refer to each other.
package enum Migrations {
    package static let all: [Migration] = MailQueue.migrations + People.migrations + Calls.migrations
}
