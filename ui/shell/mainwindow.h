#pragma once

#include "models/fleet/fleet.h"
#include "models/plan/plan.h"
#include "ui/common/theme.h"

#include <QMainWindow>

#include <functional>
#include <memory>

class QLineEdit;
class QStackedWidget;

namespace drover::ui {

class Banner;
class BoardPage;
class DevicesPage;
class FirstStartPage;
class InspectPage;
class PageHeader;
class PlanTray;
class Rail;
class RailButton;
class RunsPage;

/// The window. It shows what it is given and forwards what people ask for; it knows no Azure and keeps no settings.
///
/// Values in: setFleet, setPlan/clearPlan, runs()->setStatus, inspect()->setInspection, connectPage()->showProgress …
/// Intents out, at the pages: board()->moveRequested, tray()->runRequested/optionsChanged/moveRemoved/saveRequested,
/// runs()->pauseRequested …, devices()->filterChanged/moveRequested, inspect()->inspectRequested/actionRequested,
/// connectPage()->simulateRequested/connectRequested/connectStringsRequested; and refreshRequested, themeChanged here.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    enum class Page { Board, Devices, Runs, Inspect, Connect };
    Q_ENUM(Page)

    explicit MainWindow(QWidget *parent = nullptr);

    BoardPage *board() const { return m_board; }
    PlanTray *tray() const { return m_tray; }
    RunsPage *runs() const { return m_runs; }
    DevicesPage *devices() const { return m_devices; }
    InspectPage *inspect() const { return m_inspect; }
    FirstStartPage *connectPage() const { return m_connect; }

    /// Board, devices page and title row; the first fleet leads from the Connect page to the board.
    void setFleet(std::shared_ptr<const fleet::Fleet> fleet);
    /// Tray, and the sets that are dashed on the board.
    void setPlan(const plan::Plan &plan);
    void clearPlan();
    /// Speed of the simulated clock, for the pill.
    void setSpeed(double speed);
    /// The moment on the fleet's clock: shows the age of the data. Call about once a second.
    void setNow(Instant now);

    /// Words for a look that is not whole yet, in place of totals and age; empty when it is.
    void setProgress(const QString &progress);

    void showPage(Page page);
    Page page() const { return m_page; }
    /// A sentence that blocks nobody; stays until dismissed or replaced.
    void showBanner(Tone tone, const QString &what, const QString &remedy = {});
    /// The same with a button.
    void showOffer(Tone tone, const QString &what, const QString &remedy, const QString &action, const std::function<void()> &done);
    void showError(const Error &error) { showBanner(Tone::Bad, error.what, error.remedy); }
    void clearBanner();

    void setTheme(Theme theme);
    Theme theme() const { return m_theme; }
    /// Geometry, page and theme as bytes for whoever keeps settings.
    QByteArray saveLayout() const;
    void restoreLayout(const QByteArray &bytes);

Q_SIGNALS:
    void refreshRequested();
    void themeChanged(drover::ui::Theme theme);
    void pageShown(drover::ui::MainWindow::Page page);

private:
    void makePages();
    void makeRail();
    void makeActions();
    void joinPages();
    void addAction(const QString &text, const QKeySequence &keys, const std::function<void()> &done);
    void chooseTheme();
    void find();
    void showHeader();

    Theme m_theme;
    Page m_page = Page::Connect;
    std::shared_ptr<const fleet::Fleet> m_fleet;
    double m_speed = 1;
    std::optional<Instant> m_now;
    QString m_progress;
    Rail *m_rail;
    std::vector<RailButton *> m_buttons;
    PageHeader *m_header;
    QLineEdit *m_find;
    Banner *m_banner;
    QStackedWidget *m_stack;
    BoardPage *m_board;
    PlanTray *m_tray;
    RunsPage *m_runs;
    DevicesPage *m_devices;
    InspectPage *m_inspect;
    FirstStartPage *m_connect;
};

} // namespace drover::ui
