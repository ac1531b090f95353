#include "app/migration/deeds.h"
#include "app/migration/execution.h"
#include "app/migration/replay.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Whose run it is, what persons and other runs ask of it, and who hears of it.
namespace drover::migration {

void Execution::listen()
{
    QObject::connect(&m_journal, &Journal::away, &m_context, [this](const Error &error) {
        m_away = error;
        if (onChange && !m_isOver)
            onChange(false);
    });
    QObject::connect(&m_journal, &Journal::back, &m_context, [this] {
        m_away.reset();
        if (onChange && !m_isOver)
            onChange(false);
    });
    QObject::connect(&m_journal, &Journal::lost, &m_context, [this](const QString &run, const Error &error) {
        if (run != m_entry.id || m_isOver)
            return;
        m_trouble = error;
        m_halt.request_stop();
        settle();
    });
}

/// A verdict follows from events that are durable: it is told after them.
void Execution::noteGates()
{
    const std::vector<run::WaveStatus> waves = m_machine->waves();
    std::vector<Deed> deeds;
    for (size_t wave = 0; wave < waves.size() && wave < m_gates.size(); ++wave) {
        if (std::exchange(m_gates[wave], waves[wave].verdict) == waves[wave].verdict)
            continue;
        if (std::optional<Deed> deed = deedOf(waves[wave], static_cast<int>(wave) + 1, m_entry.id, m_journal.owner()))
            deeds.push_back(*std::move(deed));
    }
    const auto tell = [](Execution &run, std::vector<Deed> told) -> QCoro::Task<> {
        const Result<void> noted = co_await run.m_journal.append(run.m_entry.id, {}, std::move(told));
        if (!noted)
            run.m_trouble = noted.error();
    };
    if (!deeds.empty())
        spawn(tell(*this, std::move(deeds)));
}

/// Asked right before Azure is written to: this process may have slept since it wrote down what it is about to do.
QCoro::Task<bool> Execution::isStillOurs()
{
    while (!m_lease->isFresh()) {
        const Result<void> ours = co_await m_journal.confirm(m_entry.id);
        if (!m_lease)
            co_return false;
        if (!ours && ours.error().kind != ErrorKind::Offline) {
            m_trouble = ours.error();
            m_halt.request_stop();
            co_return false;
        }
        if (!ours && !co_await m_effects.wait(1s, m_halt.get_token()))
            co_return false;
    }
    co_return true;
}

void Execution::followSharers()
{
    if (isResting() || !m_lease || m_lease->sharers() == m_sharers)
        return;
    m_sharers = m_lease->sharers();
    spawn(share(m_sharers));
}

QCoro::Task<> Execution::share(int runs)
{
    m_effects.setSharers(runs);
    const bool told = co_await post(run::Shared{.runs = runs});
    Q_UNUSED(told)
}

QCoro::Task<> Execution::obey()
{
    const Result<std::vector<Request>> asked = co_await m_journal.takeRequests(m_entry.id);
    for (const Request &request : asked ? *asked : std::vector<Request>()) {
        const std::optional<run::Happening> what = happeningOf(request, *m_machine);
        // A run that came to rest is taken up by its next owner, under a lease of its own: not while answers are still out.
        if (!what || (isResting() && std::holds_alternative<run::RetryAsked>(*what)))
            continue;
        if (!co_await post(*what, request.person, request.reason()))
            continue;
        if (request.what == Control::Pace)
            m_effects.setPace(m_machine->pace());
    }
    m_obeying = false;
}

} // namespace drover::migration
