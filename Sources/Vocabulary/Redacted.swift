/// Personal data or a secret. It can be used, but not printed: logs and error texts show a dot.
package struct Redacted<Value> {
    /// The value itself. Read it where it is needed, never into a log.
    package let value: Value

    package init(_ value: Value) {
        self.value = value
    }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•" }
    package var debugDescription: String { "•" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Redacted: Equatable where Value: Equatable {}
extension Redacted: Hashable where Value: Hashable {}
extension Redacted: Sendable where Value: Sendable {}
