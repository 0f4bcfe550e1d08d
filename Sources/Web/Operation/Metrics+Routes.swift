import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
package import Vocabulary

extension PrometheusMetrics {
    /// `GET /metrics`. Without a token only a program on this machine may read it, and none that forwards for others.
    ///
    /// - Parameter others: numbers that a part of the server keeps for itself, asked for each time.
    package func route(token: Redacted<String>?, and others: @escaping @Sendable () -> [MetricFamily] = { [] }) -> Route {
        Route(
            .get, "/metrics", .everyone, limit: Route.Limit.none, isAnonymous: true,
            purpose: "Hands numbers without personal data to the operator's monitoring."
        ) {
            request, context in
            guard Self.mayRead(request, context, token) else { throw Problem.notFound }
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: self.text(and: others()))))
        }
    }

    private static func mayRead(_ request: Request, _ context: Context, _ token: Redacted<String>?) -> Bool {
        guard let token, !token.value.isEmpty else {
            return !context.connection.isForwarded && context.connection.address?.isLoopback ?? true
        }
        let given = request.headers[.authorization] ?? ""
        // Digests compare in constant time.
        return SHA256.hash(data: Array(given.utf8)) == SHA256.hash(data: Array("Bearer \(token.value)".utf8))
    }
}
