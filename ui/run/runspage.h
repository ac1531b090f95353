#pragma once

#include "models/run/runstatus.h"

#include <QWidget>

#include <map>

class QListWidget;
class QStackedWidget;

namespace drover::ui {

class Placeholder;
class RunPage;
struct RunChoice;

/// The list of runs and the page of the chosen one. With a single run the list hides.
class RunsPage final : public QWidget {
    Q_OBJECT

public:
    explicit RunsPage(QWidget *parent = nullptr);
    /// Adds a run or updates it; a new one is chosen.
    void setStatus(const run::RunStatus &status);
    void choose(const QString &id);
    /// The run that this window carries out; empty when it rests.
    void setUnderWay(const QString &id);
    QString chosen() const { return m_chosen; }
    RunPage *page() const { return m_page; }

Q_SIGNALS:
    void runChosen(const QString &id);
    void pauseRequested(const QString &id);
    void resumeRequested(const QString &id);
    void stopRequested(const QString &id);
    void stopAndReturnRequested(const QString &id);
    void retryRequested(const QString &id, const QString &cause);
    void skipRequested(const QString &id, const drover::ui::RunChoice &choice);
    void paceRequested(const QString &id, double share);
    void undoRequested(const QString &id);
    void reportRequested(const QString &id);

private:
    void addRow(const run::RunStatus &status);
    void showRow(const run::RunStatus &status);
    void showChosen();

    std::map<QString, run::RunStatus> m_runs;
    QString m_chosen;
    QString m_underWay;
    QListWidget *m_list;
    QStackedWidget *m_stack;
    Placeholder *m_placeholder;
    RunPage *m_page;
};

} // namespace drover::ui
