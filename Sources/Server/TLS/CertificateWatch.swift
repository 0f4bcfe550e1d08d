import Logging
import ServiceLifecycle
import UnixSignals

/// Looks after the certificate: on SIGHUP, and every minute in case nobody sends one.
struct CertificateWatch: Service {
    let certificate: ServerCertificate
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sighup) { look() }
                }
                group.addTask {
                    // A look at the file's date: renewals are days apart, and no file system tells of all of them.
                    while (try? await Task.sleep(for: .seconds(60))) != nil { look() }
                }
            }
        }
    }

    private func look() {
        do {
            if try certificate.reload() {
                logger.notice("the new certificate is in use", metadata: ["until": "\(certificate.expires.iso8601)"])
            }
        } catch {
            logger.error("the old certificate stays in use: \(error)")
        }
    }
}
