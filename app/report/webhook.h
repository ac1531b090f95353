#pragma once

#include "models/core/error.h"
#include "models/run/notices.h"

#include <QNetworkAccessManager>
#include <QUrl>

namespace drover::report {

/// {"event", "run", "title", "sentence", "at", "devices", "verified", "failed", "text"}; "text" is what chat tools show.
QByteArray bodyOf(const run::Notice &notice);

/// Posts notices to one address that the operator gave: https, or http on this machine. Its path often is a secret, so no
/// sentence holds more than the host.
class Webhook final : public QObject {
    Q_OBJECT

public:
    /// Usage with a sentence when it is no such address.
    static Result<QUrl> parse(const QString &text);
    explicit Webhook(QUrl url, QObject *parent = nullptr);

    /// In order, one at a time; tried three times, then told by `failed`. A run never waits for it.
    void post(const run::Notice &notice);
    bool isIdle() const { return m_queue.empty(); }

Q_SIGNALS:
    void failed(const QString &sentence);
    /// Everything that was posted has arrived or was given up.
    void idle();

private:
    void send();
    void ended(QNetworkReply *reply);

    QUrl m_url;
    QNetworkAccessManager m_network;
    std::vector<QByteArray> m_queue;
    int m_tries = 0;
    /// The last message did not arrive.
    bool m_isSilent = false;
};

} // namespace drover::report
