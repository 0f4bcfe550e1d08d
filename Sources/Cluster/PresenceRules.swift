/// How fast presence is, and how patient.
package struct PresenceRules: Sendable {
    /// After the last connection was closed, so long nothing is said: a page that is loaded again comes back within it.
    /// What remains of the 5 s within which presence must be true after a clean close is for telling.
    package var grace = Duration.seconds(4)
    /// How often a node says that it lives.
    package var beatEvery = Duration.seconds(2)
    /// Silence after which a node is taken for dead: with `grace` after it, less than the 15 s of a dead link.
    package var nodePatience = Duration.seconds(10)
    /// How often a node is asked for everything it knows, at most.
    package var askEvery = Duration.seconds(1)

    package init() {}
}
