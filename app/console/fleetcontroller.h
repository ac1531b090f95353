#pragma once

#include "app/console/backendthread.h"

#include <QElapsedTimer>
#include <QTimer>

namespace drover::ui {
class MainWindow;
}

namespace drover::console {

/// Keeps what the window shows of the fleet up to date: one whole look, then stamps and counts every few seconds.
class FleetController final : public QObject {
    Q_OBJECT

public:
    FleetController(BackendThread &backend, ui::MainWindow &window, QObject *parent = nullptr);

    /// Looks at everything; a look that is under way already is not repeated.
    void refresh();
    /// Forgets the fleet of the connection before.
    void reset();
    FleetPtr fleet() const { return m_fleet; }
    bool isWhole() const { return m_whole; }

Q_SIGNALS:
    void fleetChanged(const drover::console::FleetPtr &fleet, bool whole);
    void failed(const drover::Error &error);

private:
    void takePart(const FleetPtr &fleet, const inventory::Progress &progress);
    void finish(const Result<FleetPtr> &seen);
    void refreshStamps();
    void show();
    QString progressText() const;
    void showAge();

    BackendThread &m_backend;
    ui::MainWindow &m_window;
    FleetPtr m_fleet;
    inventory::Progress m_progress;
    bool m_looking = false;
    bool m_whole = false;
    bool m_askingStamps = false;
    QElapsedTimer m_seen;
    QTimer m_paint;
    QTimer m_stamps;
    QTimer m_age;
};

} // namespace drover::console
