#include "app/report/webhook.h"

#include "models/core/json.h"

#include <QDateTime>
#include <QHostAddress>
#include <QNetworkReply>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace drover::report {
namespace {

constexpr int mostTries = 3;
constexpr std::chrono::milliseconds patience{10'000};

bool isThisMachine(const QString &host)
{
    return host == u"localhost" || QHostAddress(host).isLoopback();
}

/// How long to wait before the n-th further try.
std::chrono::seconds pauseBefore(int attempt)
{
    return std::chrono::seconds(1 << attempt);
}

} // namespace

QByteArray bodyOf(const run::Notice &notice)
{
    const QString at = QDateTime::fromMSecsSinceEpoch(notice.at.time_since_epoch().count(), Qt::UTC).toString(Qt::ISODate);
    const QString text = u"Drover run %1 (%2): %3"_s.arg(notice.run, notice.title, notice.sentence);
    return toBytes(Json{{"event", toStd(run::noticeName(notice.kind))}, {"run", toStd(notice.run)}, {"title", toStd(notice.title)},
        {"sentence", toStd(notice.sentence)}, {"at", toStd(at)}, {"devices", notice.total}, {"verified", notice.verified},
        {"failed", notice.failed}, {"text", toStd(text)}});
}

Result<QUrl> Webhook::parse(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool isSafe = url.scheme() == u"https" || (url.scheme() == u"http" && isThisMachine(url.host()));
    if (!url.isValid() || url.host().isEmpty() || !isSafe)
        return fail(ErrorKind::Usage, u"The webhook's address is not an https URL."_s,
            u"Give one such as https://hooks.example.com/…; http is accepted on this machine only."_s);
    return url;
}

Webhook::Webhook(QUrl url, QObject *parent)
    : QObject(parent)
    , m_url(std::move(url))
{
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

void Webhook::post(const run::Notice &notice)
{
    m_queue.push_back(bodyOf(notice));
    if (m_queue.size() == 1)
        send();
}

void Webhook::send()
{
    QNetworkRequest request(m_url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setTransferTimeout(static_cast<int>(patience.count()));
    QNetworkReply *reply = m_network.post(request, m_queue.front());
    connect(reply, &QNetworkReply::finished, this, [this, reply] { ended(reply); });
}

void Webhook::ended(QNetworkReply *reply)
{
    reply->deleteLater();
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool arrived = reply->error() == QNetworkReply::NoError && status >= 200 && status < 300;
    if (!arrived && ++m_tries < (m_isSilent ? 1 : mostTries)) {
        QTimer::singleShot(pauseBefore(m_tries - 1), this, &Webhook::send);
        return;
    }
    if (!arrived) {
        const QString why = status > 0 ? u"it answered %1"_s.arg(status) : u"it did not answer"_s;
        Q_EMIT failed(u"The webhook at %1 was not told: %2."_s.arg(m_url.host(), why));
        // A program that ends must not wait for each: the newest tells most.
        if (m_queue.size() > 2)
            m_queue.erase(m_queue.begin() + 1, m_queue.end() - 1);
    }
    m_isSilent = !arrived;
    m_tries = 0;
    m_queue.erase(m_queue.begin());
    if (m_queue.empty())
        Q_EMIT idle();
    else
        send();
}

} // namespace drover::report
