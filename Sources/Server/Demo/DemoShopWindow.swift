import Desk
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle

/// The shop's own web site, on a port of its own: to a browser it is somebody else's, as a real shop is.
struct DemoShopWindow: Sendable {
    let port: Int
    /// The folder `Browser/demo`.
    let folder: String

    var origin: String { "http://localhost:\(port)" }

    /// Serves the shop's page with the widget's line of script in it, under a policy as strict as shops have.
    /// It logs nothing: cut off where the server's own port is taken, it would name that an error before the reason is told.
    ///
    /// - Parameters:
    ///   - script: the line.
    ///   - server: where the script and the window come from.
    func service(script: String, from server: String) throws -> some Service {
        let page = try String(contentsOfFile: folder + "/shop.html", encoding: .utf8)
            .replacingOccurrences(of: "<!-- widget -->", with: script)
        let style = try String(contentsOfFile: folder + "/shop.css", encoding: .utf8)
        let router = Router()
        let policy =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src \(server); frame-src \(server); form-action 'none'"
        for path in ["/", "/maps", "/delivery"] {
            router.get(RouterPath(path)) { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff"],
                    body: .init(byteBuffer: .init(string: page)))
            }
        }
        router.get("/shop.css") { _, _ in
            Response(status: .ok, headers: [.contentType: "text/css; charset=utf-8"], body: .init(byteBuffer: .init(string: style)))
        }
        return Application(
            responder: router.buildResponder(), configuration: .init(address: .hostname("127.0.0.1", port: port)),
            logger: Logger(label: "shop") { _ in SwiftLogNoOpLogHandler() })
    }
}
