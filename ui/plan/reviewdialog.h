#pragma once

#include "models/plan/plan.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QTabWidget;

namespace drover::ui {

/// Everything a plan will do, in full; Run waits until nothing blocks and production was named.
class ReviewDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ReviewDialog(const plan::Plan &plan, QWidget *parent = nullptr);
    void showRequests();

Q_SIGNALS:
    void runRequested(const QString &reason, const QString &ticket);
    /// Undo only: plan again without what somebody changed since. The dialog closes.
    void withoutChangedRequested();

private:
    QWidget *makeSummary() const;
    QWidget *makeChecks() const;
    QWidget *makeRequests() const;
    QWidget *makeSkipped() const;
    QWidget *makeConsent();
    void showConsent();
    QString windowWords() const;
    QPushButton *makeWithoutChanged();

    plan::Plan m_plan;
    QTabWidget *m_tabs;
    QLineEdit *m_reason;
    QLineEdit *m_ticket;
    /// One field per production stamp.
    std::vector<QLineEdit *> m_names;
    QLabel *m_why;
    QPushButton *m_run;
};

} // namespace drover::ui
