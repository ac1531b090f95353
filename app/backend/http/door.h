#pragma once

#include "app/backend/http/httptransport.h"
#include "app/backend/http/tokenbucket.h"
#include "models/core/clock.h"
#include "models/fleet/stamp.h"

#include <QDateTime>

#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace drover::backend {

enum class Service { Dps, Hub, Arm };

/// Quotas are kept per service and host; their names are the simulator's and the reports'.
enum class Quota {
    DpsOperations,
    HubRegistry,
    HubQueries,
    HubTwinReads,
    HubTwinUpdates,
    HubMethods,
    HubJobs,
    ArmReads,
    ArmWrites,
    None
};

/// Of a call that nobody says more about.
inline constexpr int usualAttempts = 6;

/// One call before authorization and budget. `route` is the path with {names}: what logs and tests speak of.
class Call {
public:
    Call(Service s, QByteArray method, QString hostName, QString routeTemplate, QString pathAndQuery)
        : service(s)
        , verb(std::move(method))
        , host(std::move(hostName))
        , route(std::move(routeTemplate))
        , path(std::move(pathAndQuery))
    {
    }

    Service service;
    QByteArray verb;
    QString host;
    QString route;
    /// Percent-encoded, with the api-version.
    QString path;
    QByteArray body;
    Headers headers;
    /// Instead of the connection's own, for a call in a device's place.
    QByteArray authorization = {};
    Quota quota = Quota::None;
    int cost = 1;
    /// May be sent again when it is not known whether it took effect. Reads are; writes are not.
    bool repeatable = false;
    /// Attempts after which a transient failure is told to the caller.
    int attempts = usualAttempts;
    std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

/// What was said to Azure and what it answered, redacted: never a key, a token or a signature.
struct Exchange {
    Instant at = {};
    QString verb;
    QString host;
    QString route;
    QString path;
    int status = 0;
    Duration took = {};
    QString error;
};

/// A limit that a service does not bear in full now.
struct Slowed {
    QString host;
    /// Of its limit.
    double share = 1;
};

/// Gives the Authorization value for a service's host; asked before every attempt.
using Authorizer = std::function<QCoro::Task<Result<QByteArray>>(Service service, QString host)>;

/// The one door to Azure. For each call: budget, authorization, send, obey Retry-After, jittered exponential back-off,
/// record. A service that refuses or slows down is asked less, and more again when it recovers. Fails with the last
/// error; a non-2xx answer is an Error whose status, code and kind tell what to do.
class Door final {
public:
    Door(HttpTransport &transport, const Clock &clock, Authorizer authorize, quint32 seed = 1);
    ~Door();

    QCoro::Task<Result<HttpResponse>> send(Call call, std::stop_token stop);

    /// Applies to every call of that quota to that host.
    void setLimit(Quota quota, const QString &host, const Limit &limit);
    /// Waits on the door's clock; false when stopped.
    QCoro::Task<bool> wait(Duration span, std::stop_token stop);

    qint64 calls() const;
    /// The one that is held back most; absent while all bear their limits.
    std::optional<Slowed> slowed() const;
    /// Newest last, at most 2,000.
    const std::deque<Exchange> &exchanges() const;
    void onExchange(std::function<void(const Exchange &)> listener);
    /// Server clock minus ours, from the last Date header of a real-time service; absent before any answer.
    std::optional<Duration> skew() const;
    const Clock &clock() const;
    /// Hears of every Date header; a clock that has to keep up with a local Azure listens here.
    void onDate(std::function<void(Instant)> listener);

private:
    struct State;
    std::unique_ptr<State> d;
};

/// Replaces keys, signatures, tokens and whole Authorization values by "****": the only place that knows how.
QString redacted(QString text);

/// A Date or Retry-After header's moment; invalid when the text is none.
QDateTime httpDate(const QByteArray &text);

/// What a non-2xx answer of any Azure plane means; `what` is the host that gave it.
Error rejection(const HttpResponse &response, const QString &what);

} // namespace drover::backend
