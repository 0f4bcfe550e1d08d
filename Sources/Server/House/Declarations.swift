import Accounts
import Calls
package import Privacy
import Web

/// What all domains declare about the data they touch.
extension House {
    package var declarations: Declarations {
        [LiveLink.declarations, Accounts.declarations, People.declarations, Calls.declarations].reduce(into: ownDeclarations) { sum, domain in
            sum.personal += domain.personal
            sum.technical += domain.technical
            sum.cookies += domain.cookies
            sum.storageKeys += domain.storageKeys
            sum.letters += domain.letters
            sum.outboundHosts += domain.outboundHosts
        }
    }

    /// What belongs to no domain: the pages themselves.
    private var ownDeclarations: Declarations {
        var declarations = Declarations()
        declarations.cookies = [LanguageChoice.cookie]
        return declarations
    }
}
