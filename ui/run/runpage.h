#pragma once

#include "ui/common/widgets.h"
#include "ui/run/runrules.h"

class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace drover::ui {

class LanesCard;
class PopulationMap;
class RunActions;
class RunChart;
class SamplesModel;
class SteerPanel;
class WaveStrip;

/// One run: totals, waves, chart, population, events, lanes, and what can be asked of it.
class RunPage final : public QWidget {
    Q_OBJECT

public:
    explicit RunPage(QWidget *parent = nullptr);
    /// At most ten times a second.
    void setStatus(const run::RunStatus &status, const RunSurroundings &around = {});
    /// The simulated clock's speed for the pill in the title; nothing where Azure is the real one.
    void setSimulated(const QString &pill);
    /// Says that a way back is being planned; empty when that is over.
    void setWorking(const QString &doing);

Q_SIGNALS:
    void pauseRequested(const QString &id);
    void resumeRequested(const QString &id);
    void stopRequested(const QString &id);
    /// Stopped first, then the way back is planned.
    void stopAndReturnRequested(const QString &id);
    void retryRequested(const QString &id, const QString &cause);
    void skipRequested(const QString &id, const drover::ui::RunChoice &choice);
    void paceRequested(const QString &id, double share);
    void undoRequested(const QString &id);
    /// To be kept in a file: change record, list of devices, or everything.
    void reportRequested(const QString &id);

private:
    void joinActions();
    QWidget *makeTotals();
    QWidget *makeChartCard();
    QWidget *makePopulationCard();
    QWidget *makeEventsCard();
    void addFigure(QBoxLayout *row, const QString &name, QLabel **value, QLabel **detail = nullptr);
    void showHead();
    void showTotals();
    void showEvents();
    void exportPicture();

    run::RunStatus m_status;
    /// What the lists were last filled with, so that they are rebuilt only when they change.
    qsizetype m_shownEvents = -1;
    bool m_badShown = false;
    PageHeader *m_header;
    QLabel *m_simulated;
    RunActions *m_actions;
    SteerPanel *m_panel;
    LanesCard *m_lanes;
    QLabel *m_verified, *m_onTheWay, *m_notBegun, *m_waiting, *m_failed, *m_aside, *m_asideName, *m_rate, *m_limit, *m_left;
    WaveStrip *m_waves;
    QLabel *m_waveText;
    RunChart *m_chart;
    SamplesModel *m_samples;
    QStackedWidget *m_chartOrTable;
    PopulationMap *m_map;
    QLabel *m_density;
    QLabel *m_crossings;
    QVBoxLayout *m_events;
};

} // namespace drover::ui
