#include "app/console/console.h"

#include "ui/board/boardpage.h"
#include "ui/connect/firststartpage.h"
#include "ui/devices/devicespage.h"
#include "ui/plan/plantray.h"
#include "ui/run/runrules.h"
#include "ui/run/runspage.h"

#include <QCloseEvent>

using namespace Qt::StringLiterals;

namespace drover::console {

using Page = ui::MainWindow::Page;

Console::Console(Options options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
    , m_window(std::make_unique<ui::MainWindow>())
    , m_backend(std::make_unique<BackendThread>())
{
    m_connect = new ConnectController(*m_backend, *m_window->connectPage(), m_options.journal, this);
    m_fleet = new FleetController(*m_backend, *m_window, this);
    m_devices = new DevicesController(*m_backend, *m_window->devices(), this);
    m_plan = new PlanController(*m_backend, *m_window->board(), *m_window->tray(), this);
    m_runs = new RunController(*m_backend, *m_window->runs(), this);
    m_reports = new ReportSaver(*m_backend, m_window.get(), this);
    m_notices = new RunNotices(m_window.get(), this);
    m_inspect = new InspectController(*m_backend, *m_window->inspect(), this);
    m_lastCall.setSingleShot(true);
    m_window->installEventFilter(this);
    join();
    joinRuns();
}

Console::~Console() = default;

void Console::join()
{
    ui::MainWindow *window = m_window.get();
    connect(m_connect, &ConnectController::opened, this, &Console::showConnected);
    connect(m_connect, &ConnectController::remembered, this, [this](const QString &profile) { m_settings.setProfile(profile); });
    connect(m_connect, &ConnectController::refused, this, [this] {
        m_window->clearBanner();
        m_window->showPage(Page::Connect);
    });
    connect(m_connect, &ConnectController::failed, window, &ui::MainWindow::showError);
    connect(m_fleet, &FleetController::fleetChanged, m_devices, &DevicesController::setFleet);
    connect(m_fleet, &FleetController::fleetChanged, m_inspect, [this](const FleetPtr &, bool whole) { m_inspect->setFleetKnown(whole); });
    connect(m_fleet, &FleetController::failed, m_inspect, [this] { m_inspect->setFleetKnown(true); });
    connect(m_connect, &ConnectController::refused, m_inspect, [this] { m_inspect->setFleetKnown(true); });
    connect(m_connect, &ConnectController::opening, m_inspect, [this] { m_inspect->setFleetKnown(false); });
    connect(m_fleet, &FleetController::fleetChanged, m_runs, &RunController::setFleet);
    connect(window, &ui::MainWindow::pageShown, m_devices, &DevicesController::show);
    connect(m_fleet, &FleetController::failed, window, &ui::MainWindow::showError);
    connect(m_plan, &PlanController::failed, window, &ui::MainWindow::showError);
    connect(m_runs, &RunController::failed, window, &ui::MainWindow::showError);
    connect(window, &ui::MainWindow::refreshRequested, m_fleet, &FleetController::refresh);
    connect(window, &ui::MainWindow::themeChanged, this, [this](ui::Theme theme) { m_settings.setTheme(theme); });
    connect(window->devices(), &ui::DevicesPage::moveRequested, this, [this](const fleet::DeviceSet &set, const StampName &to) {
        m_plan->addSet(set, to);
        m_window->showPage(Page::Board);
    });
    connect(m_plan, &PlanController::saved, this, [this](const QString &file) {
        m_window->showBanner(ui::Tone::Good, tr("The plan was saved as %1").arg(file), tr("\"droverctl run\" can carry it out too."));
    });
    connect(m_backend.get(), &BackendThread::closed, this, [this] { Q_EMIT closed(true); });
    connect(&m_lastCall, &QTimer::timeout, this, [this] { Q_EMIT closed(false); });
}

void Console::joinRuns()
{
    connect(m_plan, &PlanController::runRequested, m_runs, &RunController::start);
    connect(m_runs, &RunController::planStarted, m_plan, &PlanController::clear);
    connect(m_runs, &RunController::started, this, [this](const QString &run) {
        m_window->clearBanner();
        m_window->runs()->choose(run);
        m_window->showPage(Page::Runs);
    });
    connect(m_runs, &RunController::ended, this, &Console::tellEnd);
    connect(&m_backend->backend(), &Backend::statusChanged, m_notices, &RunNotices::look);
    connect(&m_backend->backend(), &Backend::runEnded, m_notices, &RunNotices::look);
    connect(m_notices, &RunNotices::failed, m_window.get(), &ui::MainWindow::showError);
    connect(m_window->runs(), &ui::RunsPage::reportRequested, m_reports, &ReportSaver::save);
    connect(m_reports, &ReportSaver::failed, m_window.get(), &ui::MainWindow::showError);
    connect(m_reports, &ReportSaver::saved, this,
        [this](const QString &file) { m_window->showBanner(ui::Tone::Good, tr("The report was kept as %1").arg(file), {}); });
    connect(m_runs, &RunController::resting, this, &Console::tellResting);
    connect(m_runs, &RunController::nothingToUndo, this,
        [this](const QString &why) { m_window->showBanner(ui::Tone::Neutral, tr("There is nothing to take back"), why); });
}

void Console::tellResting(const run::RunStatus &status)
{
    if (m_options.resume == status.id)
        return;
    m_window->runs()->choose(status.id);
    // A gate that asks is answered on the run's page, where its evidence is.
    if (ui::gateThatAsks(status)) {
        m_window->showOffer(ui::Tone::Warn, tr("Run “%1” is paused at a gate").arg(status.title), status.waves[size_t(status.wave)].sentence,
            tr("Show"), [this] { m_window->showPage(Page::Runs); });
        return;
    }
    m_window->showOffer(ui::Tone::Warn,
        status.interrupted ? tr("Run “%1” was interrupted").arg(status.title) : tr("Run “%1” is paused").arg(status.title),
        status.interrupted ? tr("Nothing is lost: it goes on where it was.") : status.reason,
        tr("Resume"), [this, run = status.id] { m_runs->resume(run); });
}

void Console::start()
{
    if (m_options.theme || !m_settings.window().isEmpty())
        m_window->restoreLayout(m_settings.window());
    m_window->setTheme(m_options.theme.value_or(m_settings.theme()));
    if (m_options.size)
        m_window->resize(*m_options.size);
    m_window->show();
    // The first frame comes before the first request.
    QTimer::singleShot(0, this, &Console::connectNow);
}

void Console::connectNow()
{
    Source source = m_options.source;
    if (source.isEmpty())
        source.profile = m_settings.profile();
    if (source.isEmpty()) {
        // No look will come: a question is answered with where to connect.
        m_inspect->setFleetKnown(true);
        return;
    }
    m_fleet->reset();
    m_window->showPage(Page::Board);
    m_connect->open(source);
}

void Console::showConnected(const ConnectionFacts &facts)
{
    m_plan->clear();
    m_fleet->reset();
    m_window->clearBanner();
    m_window->setSpeed(facts.speed);
    m_window->showPage(Page::Board);
    m_fleet->refresh();
    m_runs->list();
    if (!m_options.resume.isEmpty())
        m_runs->resume(std::exchange(m_options.resume, {}));
}

void Console::tellEnd(const run::RunStatus &status)
{
    const int verified = status.counts[static_cast<size_t>(run::DeviceState::Verified)];
    const QLocale locale;
    const QString what = tr("%1: %2, %3 of %4 devices verified")
                             .arg(status.title, run::phaseName(status.phase), locale.toString(verified), locale.toString(status.total));
    m_window->showBanner(verified == status.total ? ui::Tone::Good : ui::Tone::Warn, what,
        status.phase == run::Phase::Finished ? QString() : status.reason);
    if (!m_closing)
        m_fleet->refresh();
}

bool Console::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_window.get() && event->type() == QEvent::Close)
        close();
    return QObject::eventFilter(watched, event);
}

void Console::close()
{
    if (m_closing)
        return;
    m_closing = true;
    m_settings.setWindow(m_window->saveLayout());
    m_lastCall.start(patience);
    m_backend->close();
}

} // namespace drover::console
