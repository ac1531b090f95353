#include "app/console/runcontroller.h"

#include "ui/plan/reviewdialog.h"
#include "ui/run/runpage.h"
#include "ui/run/runspage.h"

#include <ranges>

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

/// Changes are told; an owner that died tells nothing.
constexpr std::chrono::milliseconds followEvery{5000};
/// What is told in a burst is looked at once.
constexpr std::chrono::milliseconds burst{250};

} // namespace

RunController::RunController(BackendThread &backend, ui::RunsPage &page, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_page(page)
{
    connect(&m_backend.backend(), &Backend::statusChanged, this, &RunController::show);
    connect(&m_backend.backend(), &Backend::runEnded, this, [this](const run::RunStatus &status) {
        show(status);
        setOwn({});
        Q_EMIT ended(m_names.in(status));
    });
    connect(&m_page, &ui::RunsPage::pauseRequested, this, &RunController::pause);
    connect(&m_page, &ui::RunsPage::resumeRequested, this, &RunController::resume);
    connect(&m_page, &ui::RunsPage::stopRequested, this, &RunController::stop);
    connect(&m_page, &ui::RunsPage::stopAndReturnRequested, this, &RunController::stopAndReturn);
    connect(&m_page, &ui::RunsPage::retryRequested, this, &RunController::retry);
    connect(&m_page, &ui::RunsPage::skipRequested, this, &RunController::leaveOut);
    connect(&m_page, &ui::RunsPage::paceRequested, this, &RunController::setPace);
    connect(&m_page, &ui::RunsPage::undoRequested, this, [this](const QString &run) { undo(run); });
    m_follow.setSingleShot(true);
    connect(&m_follow, &QTimer::timeout, this, &RunController::follow);
    connect(&m_backend.backend(), &Backend::runStirred, this, &RunController::hurry);
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
    rest();
    const auto open = std::ranges::find(*runs | std::views::reverse, run::Phase::Paused, &run::RunStatus::phase);
    if (m_own.isEmpty() && !m_starting && open != std::ranges::rend(*runs))
        Q_EMIT resting(m_names.in(*open));
}

void RunController::follow()
{
    std::map<QString, KnownRun> known;
    for (const auto &[run, status] : m_told)
        known[run] = {.phase = status.phase, .own = run == m_own};
    m_asked.start();
    m_stirred = false;
    m_backend.ask(
        this, [known](Backend &backend) { return statusOfChanged(backend, known); },
        [this](const Result<std::vector<run::RunStatus>> &runs) { takeNews(runs); });
}

void RunController::takeNews(const Result<std::vector<run::RunStatus>> &runs)
{
    // A journal that cannot be read for a moment is asked again; whoever needs it now is told.
    for (const run::RunStatus &status : runs ? *runs : std::vector<run::RunStatus>()) {
        if (status.id != m_own)
            put(status);
    }
    m_pause.setRemainingTime(4 * m_asked.elapsed());
    rest();
}

/// Until the next look at what others do, which costs a fifth of the time at most.
void RunController::rest()
{
    const std::chrono::milliseconds pause = m_stirred ? burst : followEvery;
    m_follow.start(std::max(pause, std::chrono::milliseconds(m_pause.remainingTime())));
}

void RunController::hurry(const QString &run)
{
    if (std::exchange(m_stirred, m_stirred || run.isEmpty() || run != m_own) || !m_stirred)
        return;
    if (m_follow.isActive())
        rest();
}

void RunController::start(const std::shared_ptr<const plan::Plan> &plan, const QString &reason, const QString &ticket)
{
    begin(plan, reason, ticket, [this] { Q_EMIT planStarted(); });
}

void RunController::begin(
    const std::shared_ptr<const plan::Plan> &plan, const QString &reason, const QString &ticket, const std::function<void()> &begun)
{
    m_starting = true;
    m_backend.ask(
        this,
        [plan, info = migration::StartInfo{reason, ticket}](Backend &backend) { return console::begin(backend, plan, info); },
        [this, begun](const Result<QString> &run) {
            takeStarted(run);
            if (run)
                begun();
        });
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
    if (!run)
        Q_EMIT failed(run.error());
    else if (!run->isEmpty())
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
    setOwn(status.id);
    put(status);
}

void RunController::setOwn(const QString &run)
{
    m_own = run;
    m_page.setUnderWay(run);
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
        [this, run](const Result<void> &done) { takeAsked(run, done); });
}

void RunController::takeAsked(const QString &run, const Result<void> &done)
{
    if (!done)
        Q_EMIT failed(done.error());
    // Own runs tell themselves; of others the journal does.
    else if (run != m_own)
        look(run);
}

void RunController::look(const QString &run)
{
    m_backend.ask(
        this, [run](Backend &backend) { return backend.engine()->journal().statusOf(run); },
        [this, run](const Result<run::RunStatus> &status) {
            if (!status)
                Q_EMIT failed(status.error());
            else if (run != m_own)
                put(*status);
        });
}

void RunController::setPace(const QString &run, double share)
{
    m_backend.ask(
        this, [run, share](Backend &backend) { return console::setPace(backend, run, share); },
        [this, run](const Result<void> &done) { takeAsked(run, done); });
}

void RunController::leaveOut(const QString &run, const ui::RunChoice &choice)
{
    m_backend.ask(
        this, [run, choice](Backend &backend) { return console::leaveOut(backend, run, choice); },
        [this, run](const Result<void> &done) { takeAsked(run, done); });
}

void RunController::retry(const QString &run, const QString &cause)
{
    m_starting = true;
    m_backend.ask(
        this, [run, cause](Backend &backend) { return console::retry(backend, run, cause); },
        [this](const Result<QString> &taken) { takeStarted(taken); });
}

void RunController::undo(const QString &run, bool withoutChanged)
{
    m_page.page()->setWorking(tr("Planning the way back: looking at what is there now…"));
    m_backend.ask(
        this, [run, withoutChanged](Backend &backend) { return planBack(backend, run, withoutChanged); },
        [this](const Result<plan::Plan> &plan) { takePlanBack(plan); });
}

void RunController::stopAndReturn(const QString &run)
{
    m_page.page()->setWorking(tr("Stopping, then planning the way back…"));
    m_backend.ask(
        this, [run](Backend &backend) { return stopAndPlanBack(backend, run); },
        [this, run](const Result<plan::Plan> &plan) {
            if (run != m_own)
                look(run);
            takePlanBack(plan);
        });
}

void RunController::takePlanBack(const Result<plan::Plan> &plan)
{
    m_page.page()->setWorking({});
    if (!plan)
        Q_EMIT failed(plan.error());
    else if (plan->devices.empty() && plan->steps.empty() && plan->verdict() != plan::Verdict::Block)
        Q_EMIT nothingToUndo(m_names.in(plan->skipped.empty() ? tr("It wrote nothing.") : plan::whyTheyStay(*plan)));
    else
        review(*plan);
}

void RunController::review(const plan::Plan &plan)
{
    if (m_review)
        m_review->close();
    auto *dialog = new ui::ReviewDialog(plan, &m_page);
    m_review = dialog;
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const auto shared = std::make_shared<const plan::Plan>(plan);
    connect(dialog, &ui::ReviewDialog::runRequested, this,
        [this, shared](const QString &reason, const QString &ticket) { begin(shared, reason, ticket, [] { }); });
    connect(dialog, &ui::ReviewDialog::withoutChangedRequested, this, [this, run = plan.undoes] { undo(run, true); });
    dialog->show();
}

} // namespace drover::console
