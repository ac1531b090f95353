#pragma once

#include "app/console/connectcontroller.h"
#include "app/console/devicescontroller.h"
#include "app/console/fleetcontroller.h"
#include "app/console/inspectcontroller.h"
#include "app/console/plancontroller.h"
#include "app/console/reportsaver.h"
#include "app/console/runcontroller.h"
#include "app/console/runnotices.h"
#include "app/console/windowsettings.h"
#include "ui/shell/mainwindow.h"

namespace drover::console {

/// The whole console: the window, the worker behind it, and the controllers that join them.
class Console final : public QObject {
    Q_OBJECT

public:
    /// Longest time that closing the window may take; what is not done then is in the journal.
    static constexpr std::chrono::milliseconds patience{2500};

    explicit Console(Options options, QObject *parent = nullptr);
    ~Console() override;

    /// Shows the window at once, then connects.
    void start();
    ui::MainWindow &window() { return *m_window; }
    FleetController &fleet() { return *m_fleet; }

Q_SIGNALS:
    /// The window was closed and nothing is under way any more; `clean` is false when something did not end in time.
    void closed(bool clean);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void join();
    void joinRuns();
    void close();
    void connectNow();
    void showConnected(const ConnectionFacts &facts);
    void tellResting(const run::RunStatus &status);
    void tellEnd(const run::RunStatus &status);

    Options m_options;
    WindowSettings m_settings;
    std::unique_ptr<ui::MainWindow> m_window;
    ConnectController *m_connect;
    FleetController *m_fleet;
    DevicesController *m_devices;
    PlanController *m_plan;
    RunController *m_runs;
    ReportSaver *m_reports;
    RunNotices *m_notices;
    InspectController *m_inspect;
    QTimer m_lastCall;
    bool m_closing = false;
    /// Last member: its thread ends before what it reports to.
    std::unique_ptr<BackendThread> m_backend;
};

} // namespace drover::console
