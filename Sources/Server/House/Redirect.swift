import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle

/// Plain HTTP: it shows the way to the encrypted address and does nothing else. A form sent here is not even read (VOC-34).
struct Redirect: HTTPResponder {
    typealias Context = BasicRequestContext
    let origin: String

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        guard request.method == .get || request.method == .head else {
            return Response(status: .forbidden, headers: [.connection: "close"])
        }
        return Response(status: .permanentRedirect, headers: [.location: origin + request.uri.string, .connection: "close"])
    }
}

extension House {
    var redirect: some Service {
        Application(
            responder: Redirect(origin: site.origin),
            configuration: .init(address: .hostname(settings.address, port: settings.redirectPort)),
            logger: logger.part("redirect"))
    }
}
