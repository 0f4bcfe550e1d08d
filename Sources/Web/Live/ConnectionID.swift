import Cluster
package import Vocabulary

/// Unique among all connections of all nodes, and says where the connection is: 48 random bits of the node's life,
/// 16 bits of its event loop, 64 bits counted there. **Not a secret**: knowing one lets nobody do anything.
package typealias ConnectionID = ID<LiveSender>

extension ConnectionID {
    init(node: NodeLife, shard: Int, number: UInt64) {
        self.init(high: node.bits << 16 | UInt64(shard & 0xFFFF), low: number)
    }

    var node: NodeLife { NodeLife(bits: high >> 16) }
    var shard: Int { Int(high & 0xFFFF) }
    var number: UInt64 { low }
}
