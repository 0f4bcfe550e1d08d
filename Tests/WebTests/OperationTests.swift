import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Metrics
import TestKit
import Testing
import Vocabulary
import Web

@Suite struct OperationTests {
    private static func get(_ routes: [Route], _ path: String, _ headers: HTTPFields = [:], proxies: TrustedProxies = .none) async throws
        -> TestBrowser.Answer
    {
        var stage = Stage(routes)
        stage.proxies = proxies
        return try await TestServer.run(stage) { try await TestBrowser($0).send(.get, path, headers) }
    }

    @Test(arguments: [
        (true, true, 200, "ready"), (true, false, 200, "degraded"), (false, true, 503, "failing"), (false, false, 503, "failing"),
    ]) func readinessNamesItsChecks(database: Bool, bus: Bool, status: Int, word: String) async throws {
        let health = Health([.init("database") { database }, .init("bus", isEssential: false) { bus }])
        let answer = try await Self.get(health.routes, "/health/ready")
        #expect(answer.status == status)
        let report = try answer.json(Health.Report.self)
        #expect(report.status == word)
        #expect(report.checks == ["database": database ? "well" : "failing", "bus": bus ? "well" : "failing"])
    }

    @Test func aProcessThatAnswersLives() async throws {
        let health = Health([.init("database") { false }])
        #expect(try await Self.get(health.routes, "/health/live").status == 200)
    }

    @Test func numbersAreWrittenForPrometheus() {
        let metrics = PrometheusMetrics()
        Counter(label: "calls.total", dimensions: [("end", "hung \"up\"\n"), ("a", "b")], factory: metrics).increment(by: 2)
        Gauge(label: "links", factory: metrics).record(7.5)
        let timer = Metrics.Timer(label: "seconds", factory: metrics)
        timer.recordNanoseconds(1_000_000)
        timer.recordNanoseconds(60_000_000_000)
        let kept = MetricFamily(gauge: "sotto.rooms", [.init([("room", "1")], 2), .init([("room", "2")], 3)])
        let text = metrics.text(and: [kept, MetricFamily(counter: "nothing", [])])
        #expect(text.contains("# TYPE sotto_rooms gauge\nsotto_rooms{room=\"1\"} 2\nsotto_rooms{room=\"2\"} 3\n"))
        #expect(!text.contains("nothing"))
        #expect(text.contains("# TYPE calls_total counter\ncalls_total{a=\"b\",end=\"hung \\\"up\\\"\\n\"} 2\n"))
        #expect(text.contains("# TYPE links gauge\nlinks 7.5\n"))
        #expect(text.contains("# TYPE seconds histogram\nseconds_bucket{le=\"0.001\"} 1\n"))
        #expect(text.contains("seconds_bucket{le=\"30\"} 1\nseconds_bucket{le=\"+Inf\"} 2\nseconds_sum 60.001\nseconds_count 2\n"))
        #expect(text.contains("process_resident_memory_bytes "))
    }

    @Test func inventedLabelsDoNotFillTheMemory() {
        let metrics = PrometheusMetrics()
        for number in 0..<6000 { Counter(label: "paths", dimensions: [("path", String(number))], factory: metrics).increment() }
        let lines = metrics.text().split(separator: "\n").filter { $0.hasPrefix("paths{") }
        #expect(lines.count == 5001)
        #expect(lines.contains("paths{overflow=\"true\"} 1000"))
    }

    @Test func onlyThisMachineOrTheTokenReadsTheNumbers() async throws {
        let metrics = PrometheusMetrics()
        let open = [metrics.route(token: nil)]
        let guarded = [metrics.route(token: Redacted("s3cret"))]
        let local = TrustedProxies([AddressRange("127.0.0.1")!])
        #expect(try await Self.get(open, "/metrics").status == 200)
        #expect(try await Self.get(open, "/metrics", [.init("X-Forwarded-For")!: "192.0.2.7"]).status == 404)
        #expect(try await Self.get(open, "/metrics", [.init("X-Forwarded-For")!: "127.0.0.1"], proxies: local).status == 404)
        #expect(try await Self.get(open, "/metrics", [.init("Forwarded")!: "for=192.0.2.7"]).status == 404)
        #expect(try await Self.get(guarded, "/metrics").status == 404)
        #expect(try await Self.get(guarded, "/metrics", [.authorization: "Bearer s3cre"]).status == 404)
        #expect(try await Self.get(guarded, "/metrics", [.authorization: "Bearer s3cret"]).status == 200)
    }

    @Test func theLogSaysWhatHappenedAndNothingAboutAnybody() async throws {
        let log = LogLines()
        var stage = Stage([
            Route(.post, "/people/{person}", .everyone, purpose: "Test.") { _, _ in Response(status: .ok) },
            Route(.get, "/broken/{thing}", .everyone, purpose: "Test.") { _, _ in throw Marked(text: "marker5@example.org") },
        ])
        stage.logger = Logger(label: "test") { _ in log }
        try await TestServer.run(stage) { server in
            let ana = TestBrowser(server, as: "marker1")
            _ = try await ana.post(
                "/people/marker2?q=marker3", [("name", "marker4")], [.userAgent: "marker6", .referer: "http://sotto.test/marker7"])
            _ = try await ana.get("/broken/marker8")
            _ = try await ana.get("/marker9")
        }
        let text = log.text
        #expect(text.contains("method=POST") && text.contains("route=/people/{person}") && text.contains("status=200"))
        #expect(text.contains("route=/broken/{thing}") && text.contains("reason=Marked"))
        #expect(!text.contains("marker"))
        #expect(!text.split(separator: "\n").contains { $0.contains("127.0.0.1") && !$0.contains("listening") })
    }

    private struct Marked: Error {
        let text: String
    }
}
