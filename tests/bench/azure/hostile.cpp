#include "tests/bench/azure/hostile.h"

#include "tests/bench/azure/azure.h"

#include <thread>

namespace drover::bench {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

const std::string truthPath = "/_sim/truth";

/// Sends small requests one after the other, in a thread of its own, and notes how long each takes.
class Polite final {
public:
    explicit Polite(const Azure &azure)
        : m_thread([this, client = std::shared_ptr<Client>(new Client(azure.connect("simulator")))](const std::stop_token &stop) {
            // Even the shortest abuse is measured.
            while (!stop.stop_requested() || m_times.size() < 10)
                ask(*client);
        })
    {
    }

    /// What the figures of one kind of abuse are; the polite client is done then.
    QJsonObject figures()
    {
        m_thread.request_stop();
        m_thread.join();
        std::ranges::sort(m_times);
        return {{u"politeRequests"_s, static_cast<int>(m_times.size())}, {u"medianMilliseconds"_s, m_times[m_times.size() / 2]},
            {u"p99Milliseconds"_s, m_times[m_times.size() * 99 / 100]}, {u"maxMilliseconds"_s, m_times.back()}};
    }

private:
    void ask(Client &client)
    {
        QElapsedTimer timer;
        timer.start();
        if (client.send("GET", "/_sim/behavior").status != 200)
            qFatal("a polite client was refused");
        m_times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }

    std::vector<double> m_times;
    std::jthread m_thread;
};

void measure(const QString &figure, const Azure &azure, const QString &abuse, const std::function<void()> &work)
{
    Polite polite(azure);
    QElapsedTimer timer;
    timer.start();
    work();
    const double seconds = static_cast<double>(timer.elapsed()) / 1000;
    QJsonObject line = polite.figures();
    line[u"figure"_s] = figure;
    line[u"abuse"_s] = abuse;
    line[u"seconds"_s] = seconds;
    line[u"serverMegabytes"_s] = memoryOf(azure.process()) / 1e6;
    line[u"goal"_s] = u"max at most 100"_s;
    print(line);
}

tcp::socket connected(asio::io_context &loop, unsigned short port)
{
    tcp::socket socket(loop);
    socket.connect({asio::ip::address_v4::loopback(), port});
    return socket;
}

/// The begin of a TLS client's first message.
const std::string halfHello = std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(40, 'r');

void abortHandshakes(const Azure &azure, int count)
{
    asio::io_context loop;
    boost::system::error_code ignored;
    for (int i = 0; i < count; ++i) {
        tcp::socket socket = connected(loop, azure.port());
        asio::write(socket, asio::buffer(halfHello), ignored);
    }
}

void leaveRequestsHalfSent(const Azure &azure, int count)
{
    std::vector<std::unique_ptr<Client>> crowd;
    for (int i = 0; i < count; ++i) {
        crowd.emplace_back(new Client(azure.connect("simulator")));
        crowd.back()->sendRaw("POST /_sim/faults HTTP/1.1\r\nHost: simulator\r\nContent-Length: 100000\r\n\r\n{");
    }
}

void sendLongHeaders(const Azure &azure, int count)
{
    for (int i = 0; i < count; ++i)
        azure.connect("simulator").sendRaw("GET / HTTP/1.1\r\nHost: simulator\r\nX-Long: " + std::string(64 * 1024, 'x'));
}

void sendManyMembers(const Azure &azure, int count)
{
    std::string body = "{";
    for (int i = 0; i < 100'000; ++i)
        body += "\"" + std::to_string(i) + "\":1,";
    body.back() = '}';
    for (int i = 0; i < count; ++i) {
        if (azure.connect("simulator").send("POST", "/_sim/faults", {}, body).status != 400)
            qFatal("a body with 100,000 members was taken");
    }
}

void query(const Azure &azure, const std::string &text)
{
    const std::string body = R"({"query":")" + text + R"("})";
    if (azure.connect(azure.hub(0)).send("POST", "/devices/query?api-version=2021-04-12", azure.hubToken(), body).status != 200)
        qFatal("a query was refused");
}

/// The log keeps 10,000 requests.
void fillLog(const Azure &azure)
{
    Client client = azure.connect("simulator");
    const std::string path = "/" + std::string(1'000, 'x');
    for (int i = 0; i < 10'000; ++i)
        client.send("GET", path);
}

void switchOutage(const Azure &azure)
{
    Client client = azure.connect("simulator");
    for (const char *body : {R"({"on":true})", R"({"on":false})"}) {
        if (client.send("POST", "/_sim/hubs/one/outage", {}, body).status != 200)
            qFatal("the hub could not be taken away");
        for (int i = 0; i < 20; ++i)
            client.send("GET", truthPath);
    }
}

} // namespace

void hostile()
{
    const Azure azure(u"small"_s, 1);
    const auto figure = [&](const char *abuse, void (*work)(const Azure &, int), int count) {
        measure(u"azure.hostile"_s, azure, QLatin1StringView(abuse), [&] { work(azure, count); });
    };
    figure("none", [](const Azure &, int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }, 2'000);
    figure("10,000 aborted handshakes", abortHandshakes, 10'000);
    figure("1,000 half-sent requests", leaveRequestsHalfSent, 1'000);
    figure("1,000 times 64 kB of headers", sendLongHeaders, 1'000);
    figure("20 bodies of 100,000 members", sendManyMembers, 20);
}

void scans()
{
    const QTemporaryDir folder;
    const Azure azure(scenarioOf(folder, 1'000'000), 1);
    const auto figure = [&](const QString &what, const std::function<void()> &work) { measure(u"azure.scans"_s, azure, what, work); };
    figure(u"filtered query"_s, [&] { query(azure, "SELECT * FROM devices WHERE tags.site = 'nowhere'"); });
    figure(u"count"_s, [&] { query(azure, "SELECT COUNT() AS n FROM devices WHERE tags.site = 'x'"); });
    figure(u"truth"_s, [&] { azure.connect("simulator").send("GET", truthPath); });
    fillLog(azure);
    figure(u"log"_s, [&] { azure.connect("simulator").send("GET", "/_sim/log"); });
    figure(u"outage"_s, [&] { switchOutage(azure); });
}

} // namespace drover::bench
