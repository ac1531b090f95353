#include "app/console/runcontroller.h"

#include "app/program/operator.h"
#include "ui/run/runspage.h"

#include <ranges>

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

/// Oldest first, so that the newest ends on top of the list.
QCoro::Task<Result<std::vector<run::RunStatus>>> statusOfAll(Backend &backend)
{
    migration::Journal &journal = backend.engine()->journal();
    const Result<std::vector<migration::RunEntry>> entries = co_await journal.runs();
    if (!entries)
        co_return Failure(entries.error());
    std::vector<run::RunStatus> all;
    for (const migration::RunEntry &entry : *entries | std::views::take(RunController::mostListed) | std::views::reverse) {
        Result<run::RunStatus> status = co_await journal.statusOf(entry.id);
        if (!status)
            co_return Failure(status.error());
        all.push_back(*std::move(status));
    }
    co_return all;
}

QCoro::Task<Result<void>> control(Backend &backend, QString run, migration::Control wish)
{
    migration::Runner &runner = backend.engine()->runner();
    if (!runner.isRunning() || runner.status().id != run)
        co_return co_await backend.engine()->journal().ask(run, wish);
    if (wish == migration::Control::Pause)
        co_return co_await runner.pause();
    co_return co_await runner.stop();
}

/// Asked before the engine gives the shares of the quotas to the second run: the first goes on as it was.
Result<void> isFree(Backend &backend)
{
    if (!backend.engine()->runner().isRunning())
        return {};
    return fail(ErrorKind::Usage, u"Another run is under way, and one console carries out one run at a time."_s,
        u"Nothing was written. Wait for the end of that run, or pause it on the Runs page, then try again."_s);
}

QCoro::Task<Result<QString>> begin(Backend &backend, std::shared_ptr<const plan::Plan> plan, migration::StartInfo info)
{
    if (const Result<void> free = isFree(backend); !free)
        co_return Failure(free.error());
    co_return co_await backend.engine()->start(*plan, info);
}

QCoro::Task<Result<QString>> takeUp(Backend &backend, QString run)
{
    if (const Result<void> free = isFree(backend); !free)
        co_return Failure(free.error());
    co_return co_await backend.engine()->resume(run);
}

bool isOver(run::Phase phase)
{
    return phase == run::Phase::Finished || phase == run::Phase::Failed || phase == run::Phase::Stopped;
}

} // namespace

RunController::RunController(BackendThread &backend, ui::RunsPage &page, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_page(page)
{
    connect(&m_backend.backend(), &Backend::statusChanged, this, &RunController::show);
    connect(&m_backend.backend(), &Backend::runEnded, this, [this](const run::RunStatus &status) {
        show(status);
        m_own.clear();
        Q_EMIT ended(m_names.in(status));
    });
    connect(&m_page, &ui::RunsPage::pauseRequested, this, &RunController::pause);
    connect(&m_page, &ui::RunsPage::resumeRequested, this, &RunController::resume);
    connect(&m_page, &ui::RunsPage::stopRequested, this, &RunController::stop);
}

void RunController::list()
{
    m_backend.ask(
        this, [](Backend &backend) { return statusOfAll(backend); },
        [this](const Result<std::vector<run::RunStatus>> &runs) { takeListed(runs); });
}

void RunController::takeListed(const Result<std::vector<run::RunStatus>> &runs)
{
    if (!runs) {
        Q_EMIT failed(runs.error());
        return;
    }
    for (const run::RunStatus &status : *runs)
        put(status);
    const auto open = std::ranges::find_if(*runs | std::views::reverse,
        [this](const run::RunStatus &status) { return !isOver(status.phase) && status.id != m_own; });
    if (m_own.isEmpty() && !m_starting && open != std::ranges::rend(*runs))
        Q_EMIT interrupted(open->id, open->title);
}

void RunController::start(const std::shared_ptr<const plan::Plan> &plan, const QString &reason, const QString &ticket)
{
    m_starting = true;
    m_backend.ask(
        this,
        [plan, info = migration::StartInfo{program::operatorName(), reason, ticket}](Backend &backend) { return begin(backend, plan, info); },
        [this](const Result<QString> &run) { takeStarted(run); });
}

void RunController::resume(const QString &run)
{
    m_starting = true;
    m_backend.ask(
        this, [run](Backend &backend) { return takeUp(backend, run); },
        [this](const Result<QString> &taken) { takeStarted(taken); });
}

void RunController::takeStarted(const Result<QString> &run)
{
    m_starting = false;
    if (!run) {
        Q_EMIT failed(run.error());
        return;
    }
    Q_EMIT started(*run);
}

void RunController::setFleet(const FleetPtr &fleet)
{
    const StampNames names = fleet ? StampNames(*fleet) : StampNames();
    if (names == m_names)
        return;
    m_names = names;
    for (const auto &[run, status] : m_told)
        m_page.setStatus(m_names.in(status));
}

void RunController::show(const run::RunStatus &status)
{
    m_own = status.id;
    put(status);
}

void RunController::put(const run::RunStatus &status)
{
    m_told[status.id] = status;
    m_page.setStatus(m_names.in(status));
}

void RunController::pause(const QString &run)
{
    ask(run, migration::Control::Pause);
}

void RunController::stop(const QString &run)
{
    ask(run, migration::Control::Stop);
}

void RunController::ask(const QString &run, migration::Control wish)
{
    m_backend.ask(
        this, [run, wish](Backend &backend) { return control(backend, run, wish); },
        [this, run](const Result<void> &done) {
            if (!done)
                Q_EMIT failed(done.error());
            else if (run != m_own)
                list();
        });
}

} // namespace drover::console
