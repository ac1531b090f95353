#pragma once

#include "models/core/error.h"
#include "models/plan/plan.h"

#include <QPointer>
#include <QWidget>

#include <optional>

class QPushButton;
class QScrollArea;
class QStackedWidget;
class QVBoxLayout;

namespace drover::ui {

class Placeholder;
class ReviewDialog;

/// The tray at the board's right: moves, checks, waves, cost. Nothing is changed until Run in the review.
class PlanTray final : public QWidget {
    Q_OBJECT

public:
    explicit PlanTray(QWidget *parent = nullptr);

    void setPlan(const plan::Plan &plan);
    /// No moves: the hint to drag one.
    void clearPlan();
    void showPlanning();
    void showError(const Error &error);

Q_SIGNALS:
    void moveRemoved(int index);
    void cleared();
    /// Waves, gate or shares were edited: plan again.
    void optionsChanged(const drover::plan::Options &options);
    void saveRequested();
    void runRequested(const QString &reason, const QString &ticket);

private:
    QWidget *makeButtons();
    void addMoves();
    void addChecks();
    void addWaves();
    void addCost();
    void review(bool requests);

    /// Shows the plan that is in the tray and no other one: it closes when that changes.
    void closeReview();

    std::optional<plan::Plan> m_plan;
    QPointer<ReviewDialog> m_review;
    bool m_allChecks = false;
    QStackedWidget *m_stack;
    Placeholder *m_placeholder;
    QScrollArea *m_scroll;
    QVBoxLayout *m_body = nullptr;
    QWidget *m_buttons;
};

} // namespace drover::ui
