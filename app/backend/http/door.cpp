#include "app/backend/http/door.h"

#include "app/backend/http/gate.h"
#include "models/core/words.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::backend {
namespace {

constexpr std::size_t exchangesKept = 2000;
constexpr Duration longestBackOff = 60s;
/// Azure refuses tokens of clocks that are off by more than this.
constexpr Duration toleratedSkew = 5min;

Error cancelled()
{
    return {.kind = ErrorKind::Cancelled, .what = u"The call was stopped."_s};
}

} // namespace

struct Door::State {
    State(HttpTransport &out, const Clock &time, Authorizer who, quint32 seed)
        : transport(out)
        , clock(time)
        , authorize(std::move(who))
        , random(seed)
    {
    }

    QCoro::Task<Result<HttpResponse>> attempt(Call call, std::stop_token stop);
    HttpRequest request(const Call &call, const QByteArray &authorization) const;
    Gate *gate(const Call &call);
    void record(const Call &call, Instant sent, const Result<HttpResponse> &answer);
    void learn(const Call &call, const Result<HttpResponse> &answer, std::chrono::milliseconds took);
    void noteDate(const HttpResponse &answer);
    Error explain(const Call &call, const HttpResponse &answer);
    Duration backOff(int attempt);
    std::optional<Duration> pauseAfter(const Call &call, const Error &error, int attempt, bool hasFreshToken);

    HttpTransport &transport;
    const Clock &clock;
    Authorizer authorize;
    QRandomGenerator random;
    QObject context;
    std::map<std::pair<Quota, QString>, std::unique_ptr<Gate>> gates;
    std::deque<Exchange> exchanges;
    std::function<void(const Exchange &)> exchangeListener;
    std::function<void(Instant)> dateListener;
    std::optional<Duration> skew;
    qint64 calls = 0;
};

Gate *Door::State::gate(const Call &call)
{
    const auto found = gates.find({call.quota, call.host});
    return found == gates.end() ? nullptr : found->second.get();
}

HttpRequest Door::State::request(const Call &call, const QByteArray &authorization) const
{
    HttpRequest request(
        call.verb, QUrl::fromEncoded((u"https://"_s + call.host + call.path).toUtf8(), QUrl::StrictMode), call.body);
    request.timeout = call.timeout;
    request.headers = call.headers;
    request.headers.append({"Authorization", authorization});
    request.headers.emplaceBack("Accept", "application/json");
    if (!call.body.isEmpty())
        request.headers.emplaceBack("Content-Type", "application/json; charset=utf-8");
    return request;
}

/// One pass through the budget and over the wire; any HTTP status is an answer.
QCoro::Task<Result<HttpResponse>> Door::State::attempt(Call call, std::stop_token stop)
{
    if (Gate *const budget = gate(call)) {
        const bool passed = co_await budget->pass(call.cost, stop);
        if (!passed)
            co_return Failure(cancelled());
    }
    Result<QByteArray> authorization = QByteArray(call.authorization);
    if (call.authorization.isEmpty())
        authorization = co_await authorize(call.service, call.host);
    if (!authorization)
        co_return Failure(authorization.error());
    const Instant sent = clock.now();
    QElapsedTimer timer;
    timer.start();
    Result<HttpResponse> answer = co_await transport.send(request(call, *authorization), stop);
    record(call, sent, answer);
    learn(call, answer, std::chrono::milliseconds(timer.elapsed()));
    co_return answer;
}

void Door::State::record(const Call &call, Instant sent, const Result<HttpResponse> &answer)
{
    ++calls;
    if (answer)
        noteDate(*answer);
    Exchange exchange;
    exchange.at = sent;
    exchange.verb = QString::fromLatin1(call.verb);
    exchange.host = call.host;
    exchange.route = call.route;
    exchange.path = redacted(call.path);
    exchange.status = answer ? answer->status : 0;
    exchange.took = clock.now() - sent;
    if (!answer)
        exchange.error = redacted(answer.error().what);
    else if (answer->status >= 400)
        exchange.error = rejection(*answer, call.host).what;
    exchanges.push_back(exchange);
    if (exchanges.size() > exchangesKept)
        exchanges.pop_front();
    if (exchangeListener)
        exchangeListener(exchange);
}

void Door::State::learn(const Call &call, const Result<HttpResponse> &answer, std::chrono::milliseconds took)
{
    Gate *const budget = gate(call);
    if (!budget || (!answer && answer.error().kind == ErrorKind::Cancelled))
        return;
    // A device answers its method; how long that takes says nothing of its hub.
    const bool byDevice = call.quota == Quota::HubMethods;
    budget->learn(answer ? answer->status : 0, byDevice ? std::nullopt : std::optional(took));
}

void Door::State::noteDate(const HttpResponse &answer)
{
    const QDateTime date = httpDate(answer.header("Date"));
    if (!date.isValid())
        return;
    const Instant server{Duration(date.toMSecsSinceEpoch())};
    if (dateListener)
        dateListener(server);
    if (clock.speed() == 1)
        skew = server - clock.now();
}

Error Door::State::explain(const Call &call, const HttpResponse &answer)
{
    Error error = rejection(answer, call.host);
    if (error.status == 401 && skew && std::chrono::abs(*skew) > toleratedSkew) {
        error.what = u"%1 refused the token: this computer's clock is %2 %3."_s.arg(
            call.host, roughly(*skew), *skew > Duration::zero() ? u"slow"_s : u"fast"_s);
        error.remedy = u"Set the clock of this computer right, then connect again."_s;
    }
    return error;
}

/// At least a second, at most twice as much as last time, somewhere in between by chance.
Duration Door::State::backOff(int attempt)
{
    const Duration most = std::min(longestBackOff, Duration(1000LL << std::min(attempt, 10)));
    return 1s + Duration(random.bounded(static_cast<int>((most - 1s).count()) + 1));
}

/// How long to wait before the same call is tried again; nothing when it is not to be.
std::optional<Duration> Door::State::pauseAfter(const Call &call, const Error &error, int attempt, bool hasFreshToken)
{
    if (error.status == 401)
        return hasFreshToken ? std::nullopt : std::optional(Duration::zero());
    if (attempt >= call.attempts || !error.isTransient())
        return std::nullopt;
    // Throttled means that nothing was done; after Offline only what may happen twice is tried twice.
    if (error.kind == ErrorKind::Offline && !call.repeatable)
        return std::nullopt;
    if (!error.retryAfter)
        return backOff(attempt);
    return std::max<Duration>(*error.retryAfter, error.kind == ErrorKind::Offline ? Duration(1s) : Duration::zero());
}

Door::Door(HttpTransport &transport, const Clock &clock, Authorizer authorize, quint32 seed)
    : d(std::make_unique<State>(transport, clock, std::move(authorize), seed))
{
}

Door::~Door() = default;

QCoro::Task<Result<HttpResponse>> Door::send(Call call, std::stop_token stop)
{
    bool hasFreshToken = false;
    for (int attempt = 1;; ++attempt) {
        Result<HttpResponse> answer = co_await d->attempt(call, stop);
        if (answer && answer->status >= 200 && answer->status < 300)
            co_return answer;
        const Error error = answer ? d->explain(call, *answer) : answer.error();
        const std::optional<Duration> pause = d->pauseAfter(call, error, attempt, hasFreshToken);
        if (error.kind == ErrorKind::Throttled && error.retryAfter) {
            if (Gate *const budget = d->gate(call))
                budget->block(*error.retryAfter);
        }
        if (!pause)
            co_return Failure(error);
        hasFreshToken = hasFreshToken || error.status == 401;
        const bool waited = co_await wait(*pause, stop);
        if (!waited)
            co_return Failure(cancelled());
    }
}

void Door::setLimit(Quota quota, const QString &host, const Limit &limit)
{
    std::unique_ptr<Gate> &gate = d->gates[{quota, host}];
    if (gate)
        gate->setLimit(limit);
    else
        gate = std::make_unique<Gate>(d->clock, limit);
}

QCoro::Task<bool> Door::wait(Duration span, std::stop_token stop)
{
    if (span > Duration::zero() && !stop.stop_requested()) {
        const auto wake = std::make_shared<Wake>();
        QTimer timer;
        timer.setSingleShot(true);
        timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&timer, &QTimer::timeout, &timer, [wake] { wake->fire(); });
        timer.start(d->clock.real(span));
        const std::stop_callback onStop(
            stop, [&timer] { QMetaObject::invokeMethod(&timer, [&timer] { timer.start(0); }, Qt::QueuedConnection); });
        co_await *wake;
    }
    co_return !stop.stop_requested();
}

qint64 Door::calls() const
{
    return d->calls;
}

std::optional<Slowed> Door::slowed() const
{
    std::optional<Slowed> most;
    for (const auto &[key, gate] : d->gates) {
        if (gate->borne() < (most ? most->share : 1))
            most = Slowed{.host = key.second, .share = gate->borne()};
    }
    return most;
}

const std::deque<Exchange> &Door::exchanges() const
{
    return d->exchanges;
}

void Door::onExchange(std::function<void(const Exchange &)> listener)
{
    d->exchangeListener = std::move(listener);
}

void Door::onDate(std::function<void(Instant)> listener)
{
    d->dateListener = std::move(listener);
}

std::optional<Duration> Door::skew() const
{
    return d->skew;
}

const Clock &Door::clock() const
{
    return d->clock;
}

} // namespace drover::backend
