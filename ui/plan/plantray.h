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

    /// For each move: the moves that take its devices already. Empty where nobody looked.
    using Overlaps = std::vector<std::vector<size_t>>;
    void setPlan(const plan::Plan &plan, const Overlaps &overlaps = {});
    /// No moves: the hint to drag one.
    void clearPlan();
    void showPlanning();
    void showError(const Error &error);
    /// The review of the plan, if there is one.
    void openReview();

Q_SIGNALS:
    void moveRemoved(int index);
    /// This move instead of those that take its devices already.
    void moveReplaces(int index, const std::vector<size_t> &others);
    void cleared();
    /// Waves, gate or shares were edited: plan again.
    void optionsChanged(const drover::plan::Options &options);
    void saveRequested();
    void runRequested(const QString &reason, const QString &ticket);

private:
    QWidget *makeButtons();
    void addMoves();
    QWidget *emptyMove(size_t index, QPushButton *remove);
    void addChecks();
    void addWaves();
    void addCost();
    void review(bool requests);

    /// Shows the plan that is in the tray and no other one: it closes when that changes.
    void closeReview();

    std::optional<plan::Plan> m_plan;
    Overlaps m_overlaps;
    QPointer<ReviewDialog> m_review;
    bool m_allChecks = false;
    QStackedWidget *m_stack;
    Placeholder *m_placeholder;
    QScrollArea *m_scroll;
    QVBoxLayout *m_body = nullptr;
    QWidget *m_buttons;
    QPushButton *m_run;
};

} // namespace drover::ui
