#include "app/backend/http/networktransport.h"

#include "app/backend/http/onceonlybody.h"
#include "app/backend/http/wake.h"

#include <QCoroNetworkReply>
#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
#include <QNetworkReply>
#include <QSslConfiguration>

#include <openssl/crypto.h>

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

/// QNetworkAccessManager 6.4 has six connections a host and no way to ask for more: more managers, more connections.
constexpr int connectionsPerManager = 6;
constexpr std::size_t mostManagers = 16;
constexpr qint64 largestBody = 64LL * 1024 * 1024;

/// A manager's thread is done for Qt before the system has taken it down. OpenSSL's own clean-up at the end of the
/// program would free what that thread is about to free; without it, nobody needs the memory either.
[[maybe_unused]] const int opensslStaysUntilTheEnd = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);

struct DeleteLater {
    void operator()(QObject *object) const { object->deleteLater(); }
};
using ReplyPtr = std::unique_ptr<QNetworkReply, DeleteLater>;

/// One manager and how many of its connections are busy, by host.
struct Lane {
    QNetworkAccessManager network;
    QHash<QString, int> busy;
};

bool isHttpStatus(QNetworkReply::NetworkError error)
{
    // The third is Qt's word for 400 and 418.
    return error == QNetworkReply::NoError || error == QNetworkReply::ProtocolInvalidOperationError
        || (error >= QNetworkReply::ContentAccessDenied && error <= QNetworkReply::UnknownContentError)
        || error >= QNetworkReply::InternalServerError;
}

Failure offline(const QNetworkReply &reply, const QString &host)
{
    if (reply.error() == QNetworkReply::SslHandshakeFailedError)
        return fail(ErrorKind::Offline, u"The certificate of %1 is not trusted: %2"_s.arg(host, reply.errorString()),
            u"Check the CA file of the connection and the clock of this computer."_s);
    return fail(ErrorKind::Offline, u"%1 gave no whole answer: %2"_s.arg(host, reply.errorString()),
        u"Check the network, the proxy and that %1 is up."_s.arg(host));
}

bool isWhole(const QNetworkReply &reply, const QByteArray &verb, const HttpResponse &response)
{
    if (verb == "HEAD" || !reply.hasRawHeader("Content-Length") || reply.hasRawHeader("Content-Encoding"))
        return true;
    return reply.rawHeader("Content-Length").toLongLong() == response.body.size();
}

Result<HttpResponse> outcome(QNetworkReply &reply, const HttpRequest &request, bool stopped)
{
    const QVariant status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute);
    if (!status.isValid() || !isHttpStatus(reply.error())) {
        if (stopped)
            return fail(ErrorKind::Cancelled, u"The call was stopped."_s);
        return offline(reply, request.url.host());
    }
    HttpResponse response;
    response.status = status.toInt();
    response.body = reply.readAll();
    response.headers = reply.rawHeaderPairs();
    if (!isWhole(reply, request.verb, response))
        return fail(ErrorKind::Offline, u"%1 broke off in the middle of its answer."_s.arg(request.url.host()),
            u"Check the network and try again."_s);
    return response;
}

} // namespace

struct NetworkTransport::State {
    QNetworkRequest wire(const HttpRequest &request) const;
    QNetworkReply *start(Lane &lane, const HttpRequest &request) const;
    Lane *freeLane(const QString &host);
    void release(Lane &lane, const QString &host);
    void wakeNext(const QString &host);
    QCoro::Task<Lane *> takeLane(QString host);
    QCoro::Task<Result<HttpResponse>> exchange(Lane *lane, HttpRequest request, std::stop_token stop);

    QString connectTo;
    QSslConfiguration tls;
    std::vector<std::unique_ptr<Lane>> lanes;
    std::map<QString, std::deque<std::shared_ptr<Wake>>> waiting;
};

QNetworkRequest NetworkTransport::State::wire(const HttpRequest &request) const
{
    QUrl url = request.url;
    QNetworkRequest wire;
    if (!connectTo.isEmpty()) {
        url.setAuthority(connectTo);
        wire.setRawHeader("Host", request.url.host().toUtf8());
        wire.setPeerVerifyName(request.url.host());
    }
    wire.setUrl(url);
    wire.setSslConfiguration(tls);
    wire.setTransferTimeout(static_cast<int>(request.timeout.count()));
    wire.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    wire.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    wire.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    wire.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    wire.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    wire.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    wire.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    // Logs of the services tell who asked; Qt would call itself a browser.
    wire.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("Drover/" DROVER_VERSION));
    for (const auto &[name, value] : request.headers)
        wire.setRawHeader(name, value);
    return wire;
}

QNetworkReply *NetworkTransport::State::start(Lane &lane, const HttpRequest &request) const
{
    QNetworkRequest wire = this->wire(request);
    if (request.verb == "GET" || request.verb == "HEAD")
        return lane.network.sendCustomRequest(wire, request.verb, request.body);
    wire.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
    auto *const body = new OnceOnlyBody(request.body);
    QNetworkReply *const reply = lane.network.sendCustomRequest(wire, request.verb, body);
    body->setParent(reply);
    return reply;
}

Lane *NetworkTransport::State::freeLane(const QString &host)
{
    const auto free = std::ranges::find_if(
        lanes, [&host](const auto &lane) { return lane->busy.value(host) < connectionsPerManager; });
    if (free != lanes.end())
        return free->get();
    if (lanes.size() == mostManagers)
        return nullptr;
    return lanes.emplace_back(std::make_unique<Lane>()).get();
}

void NetworkTransport::State::release(Lane &lane, const QString &host)
{
    --lane.busy[host];
    wakeNext(host);
}

void NetworkTransport::State::wakeNext(const QString &host)
{
    std::deque<std::shared_ptr<Wake>> &queue = waiting[host];
    if (queue.empty())
        return;
    const std::shared_ptr<Wake> next = std::move(queue.front());
    queue.pop_front();
    next->fire();
}

/// A connection for one call: at once, or after the calls that came before it.
QCoro::Task<Lane *> NetworkTransport::State::takeLane(QString host)
{
    Lane *lane = freeLane(host);
    while (!lane) {
        const auto turn = std::make_shared<Wake>();
        waiting[host].push_back(turn);
        co_await *turn;
        lane = freeLane(host);
    }
    ++lane->busy[host];
    co_return lane;
}

QCoro::Task<Result<HttpResponse>> NetworkTransport::State::exchange(
    Lane *lane, HttpRequest request, std::stop_token stop)
{
    if (stop.stop_requested())
        co_return fail(ErrorKind::Cancelled, u"The call was stopped."_s);
    const ReplyPtr reply(start(*lane, request));
    QNetworkReply *const pending = reply.get();
    bool isTooLarge = false;
    QObject::connect(pending, &QNetworkReply::downloadProgress, pending, [pending, &isTooLarge](qint64 received) {
        if (received > largestBody) {
            isTooLarge = true;
            pending->abort();
        }
    });
    const std::stop_callback onStop(
        stop, [pending] { QMetaObject::invokeMethod(pending, [pending] { pending->abort(); }, Qt::QueuedConnection); });
    co_await pending;
    if (isTooLarge)
        co_return fail(ErrorKind::Malformed, u"%1 sent more than 64 MB in one answer."_s.arg(request.url.host()));
    co_return outcome(*pending, request, stop.stop_requested());
}

NetworkTransport::NetworkTransport(QString connectTo, QList<QSslCertificate> authorities)
    : d(std::make_unique<State>())
{
    if (connectTo.isEmpty())
        QNetworkProxyFactory::setUseSystemConfiguration(true);
    d->connectTo = std::move(connectTo);
    d->tls = QSslConfiguration::defaultConfiguration();
    if (!authorities.isEmpty())
        d->tls.setCaCertificates(authorities);
}

NetworkTransport::~NetworkTransport() = default;

QCoro::Task<Result<HttpResponse>> NetworkTransport::send(HttpRequest request, std::stop_token stop)
{
    const QString host = request.url.host();
    Lane *const lane = co_await d->takeLane(host);
    Result<HttpResponse> answer = co_await d->exchange(lane, std::move(request), std::move(stop));
    d->release(*lane, host);
    co_return answer;
}

} // namespace drover::backend
