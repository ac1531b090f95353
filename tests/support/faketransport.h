#pragma once

#include "app/backend/http/httptransport.h"
#include "models/core/clock.h"

#include <QCoroTimer>
#include <QTimer>

#include <deque>
#include <functional>
#include <vector>

namespace drover::test {

/// Whoever waits on this clock is there at once: asking how long a wait takes for real moves the time on by it.
class FakeClock final : public Clock {
public:
    Instant now() const override { return m_now; }
    std::chrono::milliseconds real(Duration span) const override
    {
        m_now += span;
        return std::chrono::milliseconds(0);
    }
    void advance(Duration span) { m_now += span; }

private:
    mutable Instant m_now = Instant(std::chrono::days(20'000));
};

inline backend::HttpResponse response(int status, QByteArray body = {}, backend::Headers headers = {})
{
    backend::HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    response.headers = std::move(headers);
    return response;
}

/// Answers one event-loop turn later, from a script or by a function, and remembers what was asked and when.
class FakeTransport final : public backend::HttpTransport {
public:
    using Answer = std::function<Result<backend::HttpResponse>(const backend::HttpRequest &)>;

    explicit FakeTransport(const Clock *clock = nullptr)
        : m_clock(clock)
    {
    }

    void willAnswer(int status, QByteArray body = {}, backend::Headers headers = {})
    {
        m_script.emplace_back(response(status, std::move(body), std::move(headers)));
    }
    void willFail(ErrorKind kind) { m_script.emplace_back(fail(kind, QStringLiteral("scripted"))); }
    /// Used when the script is empty.
    void answerBy(Answer answer) { m_answer = std::move(answer); }

    QCoro::Task<Result<backend::HttpResponse>> send(backend::HttpRequest request, std::stop_token stop) override
    {
        m_sent.push_back(request);
        m_sentAt.push_back(m_clock ? m_clock->now() : Instant());
        QTimer turn;
        turn.setSingleShot(true);
        turn.start(0);
        co_await turn;
        if (stop.stop_requested())
            co_return fail(ErrorKind::Cancelled, QStringLiteral("stopped"));
        if (m_script.empty())
            co_return m_answer ? m_answer(request) : fail(ErrorKind::Offline, QStringLiteral("the script ran out"));
        Result<backend::HttpResponse> answer = std::move(m_script.front());
        m_script.pop_front();
        co_return answer;
    }

    const std::vector<backend::HttpRequest> &sent() const { return m_sent; }
    const std::vector<Instant> &sentAt() const { return m_sentAt; }
    /// Empty when the n-th request had no such header.
    QByteArray header(std::size_t n, const QByteArray &name) const
    {
        for (const auto &[known, value] : m_sent.at(n).headers) {
            if (known.compare(name, Qt::CaseInsensitive) == 0)
                return value;
        }
        return {};
    }

private:
    const Clock *m_clock;
    Answer m_answer;
    std::deque<Result<backend::HttpResponse>> m_script;
    std::vector<backend::HttpRequest> m_sent;
    std::vector<Instant> m_sentAt;
};

} // namespace drover::test
