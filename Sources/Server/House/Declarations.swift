import Accounts
import Calls
package import Privacy

/// What all domains declare about the data they touch.
extension House {
    package var declarations: Declarations {
        [Calls.declarations].reduce(into: Declarations()) { sum, domain in
            sum.personal += domain.personal
            sum.technical += domain.technical
            sum.cookies += domain.cookies
            sum.storageKeys += domain.storageKeys
            sum.letters += domain.letters
            sum.outboundHosts += domain.outboundHosts
        }
    }
}
