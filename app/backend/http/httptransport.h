#pragma once

#include "app/backend/http/tasks.h"

#include <QByteArray>
#include <QList>
#include <QUrl>

#include <stop_token>

namespace drover::backend {

using Headers = QList<std::pair<QByteArray, QByteArray>>;

/// A class and not an aggregate on purpose: braced aggregates inside co_await are fragile.
class HttpRequest {
public:
    HttpRequest(QByteArray method, QUrl target, QByteArray payload = {})
        : verb(std::move(method))
        , url(std::move(target))
        , body(std::move(payload))
    {
    }

    QByteArray verb;
    /// Real Azure host name; the transport alone knows where to connect.
    QUrl url;
    QByteArray body;
    Headers headers;
    std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

struct HttpResponse {
    int status = 0;
    QByteArray body;
    Headers headers;

    /// Letter case of the name does not matter; empty when absent.
    QByteArray header(const QByteArray &name) const;
};

/// The seam to the network. Fails with Offline (no whole answer) or Cancelled; any HTTP status is a response.
class HttpTransport {
public:
    virtual ~HttpTransport() = default;
    virtual QCoro::Task<Result<HttpResponse>> send(HttpRequest request, std::stop_token stop) = 0;
};

} // namespace drover::backend
