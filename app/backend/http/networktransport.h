#pragma once

#include "app/backend/http/httptransport.h"

#include <QSslCertificate>

#include <memory>

namespace drover::backend {

/// HTTP/1.1 over as many connections as the calls in flight need, up to 96 a host. No redirects, no silent
/// repeats of requests with a body, TLS always checked.
class NetworkTransport final : public HttpTransport {
public:
    /// `connectTo` is a loopback "host:port" that stands for every host, or empty; `authorities` replace the system's
    /// when given.
    explicit NetworkTransport(QString connectTo = {}, QList<QSslCertificate> authorities = {});
    ~NetworkTransport() override;

    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, std::stop_token stop) override;

private:
    struct State;
    std::unique_ptr<State> d;
};

} // namespace drover::backend
