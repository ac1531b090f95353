#include "tests/support/testmain.h"
#include "tests/unit/simulator/door.h"

#include "app/simulator/tls.h"
#include "app/simulator/webhook.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <QtTest>

#include <thread>

using namespace drover::simulator;
using drover::test::Door;

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

/// A custom allocation of its own: an https server on loopback that answers one call.
class Allocator {
public:
    Allocator(const Certificates &certificates, std::string answer)
        : m_tls(asio::ssl::context::tls_server)
        , m_acceptor(m_io, {asio::ip::address_v4::loopback(), 0})
        , m_answer(std::move(answer))
    {
        m_tls.use_certificate(asio::buffer(certificates.certificate), asio::ssl::context::pem);
        m_tls.use_private_key(asio::buffer(certificates.key), asio::ssl::context::pem);
        m_thread = std::thread([this] { serve(); });
    }
    ~Allocator() { m_thread.join(); }
    Allocator(const Allocator &) = delete;
    Allocator &operator=(const Allocator &) = delete;

    std::string url(const std::string &host) const { return "https://" + host + ":" + std::to_string(m_acceptor.local_endpoint().port()) + "/allocate"; }
    /// What it was asked, once it has answered.
    std::string asked;

private:
    void serve()
    {
        boost::system::error_code error;
        asio::ssl::stream<asio::ip::tcp::socket> stream(m_acceptor.accept(), m_tls);
        stream.handshake(asio::ssl::stream_base::server, error);
        boost::beast::flat_buffer buffer;
        http::request<http::string_body> request;
        if (!error)
            http::read(stream, buffer, request, error);
        if (error)
            return;
        asked = request.body();
        http::response<http::string_body> response(http::status::ok, 11, m_answer);
        response.prepare_payload();
        http::write(stream, response, error);
    }

    asio::io_context m_io;
    asio::ssl::context m_tls;
    asio::ip::tcp::acceptor m_acceptor;
    std::string m_answer;
    std::thread m_thread;
};

/// The registration of "e" after its webhook was called for real.
Json registered(Door &door, const std::string &url)
{
    const Json record = {{"registrationId", "e"}, {"attestation", {{"type", "symmetricKey"}}}, {"allocationPolicy", "custom"},
        {"customAllocationDefinition", {{"webhookUrl", url}, {"apiVersion", "2021-10-01"}}}};
    door.send("PUT", door.dps(), "/enrollments/e", record);
    asio::io_context io;
    door.world.callWebhook = [&](const std::string &to, const std::string &body, const World::WebhookAnswer &tell) {
        callWebhook(io, to, door.world.webhookAuthorities, body, tell);
    };
    Provisioning provisioning(door.world);
    Json state;
    provisioning.begin({"e", false, "e"}, [&](const Registration &done) { state = provisioning.state(done); });
    door.pass(2);
    io.run();
    return state;
}

} // namespace

class TestSecureWebhook : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWebhookOfTheScenariosCaIsAskedOverTls()
    {
        Door door;
        const Certificates certificates = *makeCertificates({"localhost"});
        door.world.webhookAuthorities = certificates.ca;
        Json state;
        Json asked;
        {
            Allocator allocator(certificates, Json::object({{"iotHubHostName", door.hub("b")}}).dump());
            state = registered(door, allocator.url("localhost"));
            asked = Json::parse(allocator.asked);
        }
        QCOMPARE(textOf(state, "status"), std::string("assigned"));
        QCOMPARE(textOf(state, "assignedHub"), door.hub("b"));
        QCOMPARE(textOf(asked["deviceRuntimeContext"], "registrationId"), std::string("e"));
    }

    void aWebhookOfAnotherCaIsNotTrusted()
    {
        Door door;
        door.world.webhookAuthorities = makeCertificates({"localhost"})->ca;
        Allocator allocator(*makeCertificates({"localhost"}), "{}");
        const Json state = registered(door, allocator.url("localhost"));
        QCOMPARE(textOf(state, "status"), std::string("failed"));
        QCOMPARE(state["errorCode"].get<int>(), 400207);
    }

    void aWebhookOfAnotherNameIsNotTrusted()
    {
        Door door;
        const Certificates certificates = *makeCertificates({"elsewhere.example"});
        door.world.webhookAuthorities = certificates.ca;
        Allocator allocator(certificates, "{}");
        QCOMPARE(textOf(registered(door, allocator.url("localhost")), "status"), std::string("failed"));
    }

    void theScenarioNamesTheFileOfTheCa()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        const Json scenario = {{"name", "x"}, {"stamps", Json::array({{{"name", "a"}, {"capacity", 1}}})},
            {"dps", {{"webhookCa", file.fileName().toStdString()}}}};
        QVERIFY(!readScenario("x", scenario.dump(), {}, 1).world);
        file.write(QByteArray::fromStdString(makeCertificates({})->ca));
        file.flush();
        QVERIFY(readScenario("x", scenario.dump(), {}, 1).world->webhookAuthorities.starts_with("-----BEGIN"));
    }
};

DROVER_TEST(TestSecureWebhook)
#include "tst_secure_webhook.moc"
