#include "app/console/fleetcontroller.h"

#include "ui/board/boardpage.h"
#include "ui/common/format.h"
#include "ui/shell/mainwindow.h"

#include <QGuiApplication>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace drover::console {
namespace {

/// Stamps and their counts are right long before their device sets are: half a set on a card would be a lie.
FleetPtr withoutDevices(const fleet::Fleet &fleet)
{
    auto stamps = std::make_shared<fleet::Fleet>();
    stamps->name = fleet.name;
    stamps->simulated = fleet.simulated;
    stamps->dps = fleet.dps;
    stamps->stamps = fleet.stamps;
    stamps->taken = fleet.taken;
    return stamps;
}

} // namespace

FleetController::FleetController(BackendThread &backend, ui::MainWindow &window, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_window(window)
{
    // Pages arrive ten times a second; painting the whole board that often would only cost.
    m_paint.setInterval(250ms);
    m_paint.setSingleShot(true);
    m_stamps.setInterval(5s);
    m_age.setInterval(1s);
    connect(&m_paint, &QTimer::timeout, this, &FleetController::show);
    connect(&m_stamps, &QTimer::timeout, this, &FleetController::refreshStamps);
    connect(&m_age, &QTimer::timeout, this, &FleetController::showAge);
    connect(&m_backend.backend(), &Backend::fleetSeen, this, &FleetController::takePart);
}

void FleetController::reset()
{
    m_fleet.reset();
    m_whole = false;
    m_stamps.stop();
    m_age.stop();
    m_window.board()->showLoading(u"Connecting…"_s);
}

void FleetController::refresh()
{
    if (m_looking)
        return;
    m_looking = true;
    m_progress = {};
    if (!m_fleet)
        m_window.board()->showLoading(u"Looking at the fleet…"_s);
    m_age.start();
    m_backend.ask(
        this, [](Backend &backend) { return backend.look(); }, [this](const Result<FleetPtr> &seen) { finish(seen); });
}

void FleetController::takePart(const FleetPtr &fleet, const inventory::Progress &progress)
{
    m_progress = progress;
    // A later look begins with nothing: the board keeps what it shows until the look is whole.
    if (m_whole || !fleet)
        return;
    m_fleet = fleet;
    if (!m_paint.isActive())
        m_paint.start();
}

void FleetController::finish(const Result<FleetPtr> &seen)
{
    m_looking = false;
    if (!seen) {
        if (!m_fleet)
            m_window.board()->showError(seen.error());
        Q_EMIT failed(seen.error());
        return;
    }
    m_fleet = *seen;
    m_whole = true;
    m_seen.start();
    m_stamps.start();
    show();
}

void FleetController::refreshStamps()
{
    if (m_looking || m_askingStamps)
        return;
    m_askingStamps = true;
    m_backend.ask(
        this, [](Backend &backend) { return backend.lookAtStamps(); },
        [this](const Result<FleetPtr> &seen) {
            m_askingStamps = false;
            // A failed look leaves what is shown; its growing age tells.
            if (!seen || m_looking)
                return;
            m_fleet = *seen;
            m_seen.start();
            show();
        });
}

void FleetController::show()
{
    if (QGuiApplication::mouseButtons() != Qt::NoButton) {
        // Cards must stay where they are while something is dragged over them.
        m_paint.start();
        return;
    }
    m_window.setProgress(m_whole ? QString() : progressText());
    m_window.setFleet(m_whole ? m_fleet : withoutDevices(*m_fleet));
    showAge();
    Q_EMIT fleetChanged(m_fleet, m_whole);
}

QString FleetController::progressText() const
{
    if (!m_progress.expected)
        return u"reading devices: %1 so far"_s.arg(ui::number(m_progress.devices));
    return u"reading devices: %1 of %2"_s.arg(ui::number(m_progress.devices), ui::number(*m_progress.expected));
}

void FleetController::showAge()
{
    // People read ages in their own seconds, however fast the fleet's clock runs.
    if (m_fleet && m_seen.isValid())
        m_window.setNow(m_fleet->taken + std::chrono::milliseconds(m_seen.elapsed()));
}

} // namespace drover::console
