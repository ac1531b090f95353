#pragma once

#include "ui/common/widgets.h"

class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace drover::ui {

class PopulationMap;
class RunChart;
class SamplesModel;
class WaveStrip;

/// One run: totals, waves, chart, population, events, failures.
class RunPage final : public QWidget {
    Q_OBJECT

public:
    explicit RunPage(QWidget *parent = nullptr);
    /// At most ten times a second.
    void setStatus(const run::RunStatus &status);

Q_SIGNALS:
    void pauseRequested(const QString &id);
    void resumeRequested(const QString &id);
    void stopRequested(const QString &id);

private:
    void makeActions();
    QWidget *makeTotals();
    QWidget *makeChartCard();
    QWidget *makePopulationCard();
    QWidget *makeListCard(const QString &title, const QString &note, QLabel **heading, QVBoxLayout **lines);
    void addFigure(QBoxLayout *row, const QString &name, QLabel **value, QLabel **detail = nullptr);
    void showHead();
    void showTotals();
    void showEvents();
    void showFailures();
    void exportPicture();

    run::RunStatus m_status;
    /// What the lists were last filled with, so that they are rebuilt only when they change.
    qsizetype m_shownEvents = -1;
    int m_shownFailed = -1;
    bool m_badShown = false;
    PageHeader *m_header;
    QPushButton *m_pause;
    QPushButton *m_resume;
    QPushButton *m_stop;
    QLabel *m_verified, *m_onTheWay, *m_notBegun, *m_waiting, *m_failed, *m_aside, *m_asideName, *m_rate, *m_limit, *m_left;
    WaveStrip *m_waves;
    QLabel *m_waveText;
    RunChart *m_chart;
    SamplesModel *m_samples;
    QStackedWidget *m_chartOrTable;
    PopulationMap *m_map;
    QLabel *m_density;
    QLabel *m_crossings;
    QLabel *m_eventsTitle;
    QLabel *m_failuresTitle;
    QVBoxLayout *m_events;
    QVBoxLayout *m_failures;
};

} // namespace drover::ui
