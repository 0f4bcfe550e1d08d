/// What a domain registers on the live link.
///
/// **The contract.** A handler returns the body of the `ack` (nil for none) after its change is committed, or throws a
/// `Problem`, which is sent as `refused`. Commands of one connection are handled one after another, in the order they came.
///
/// The same id from the same person gets the same answer without the handler being asked again, for as long as the process
/// lives and remembers. After a restart, or on another node, the handler **is** asked again: one whose change must not happen
/// twice makes it inside `Transaction.once`, or keys it by an id that the browser made (a call's, a message's).
package struct LiveHandler: Sendable {
    package typealias Handle = @Sendable (LiveCommand) async throws -> (any Encodable & Sendable)?

    package let type: String
    package let access: Access
    /// False for a command that changes nothing and is cheaper to carry out again than to remember.
    package let isRemembered: Bool
    package let handle: Handle

    package init(_ type: String, _ access: Access, isRemembered: Bool = true, handle: @escaping Handle) {
        self.type = type
        self.access = access
        self.isRemembered = isRemembered
        self.handle = handle
    }
}
