import Web

/// What the desk keeps in memory for programs, once for all copies of `Desk`.
final class ProgramDesk: Sendable {
    let allowance = APIAllowance()
    let courier: WebhookCourier
    /// Hosts whose webhooks may be private and unencrypted.
    let privateHosts: Set<String>

    init(_ ground: Ground, privateHosts: Set<String>) {
        self.privateHosts = privateHosts
        courier = WebhookCourier(ground, privateHosts: privateHosts)
    }
}
