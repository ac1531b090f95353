#pragma once

#include "app/console/backendthread.h"

namespace drover::ui {
class BoardPage;
class PlanTray;
}

namespace drover::console {

/// A plan, and for each of its moves that takes nobody the moves that have its devices already.
struct Planned {
    plan::Plan plan;
    std::vector<std::vector<size_t>> overlaps;
};

/// The moves in the tray and the plan they make; planning happens on the worker.
class PlanController final : public QObject {
    Q_OBJECT

public:
    PlanController(BackendThread &backend, ui::BoardPage &board, ui::PlanTray &tray, QObject *parent = nullptr);

    /// A drop or a choice; the same set again changes its target.
    void add(const QString &setText, const StampName &to);
    void addSet(const fleet::DeviceSet &set, const StampName &to);
    void clear();
    /// Plans again when there are moves: the fleet is another one now.
    void replan();

Q_SIGNALS:
    void runRequested(const std::shared_ptr<const drover::plan::Plan> &plan, const QString &reason, const QString &ticket);
    void failed(const drover::Error &error);
    void saved(const QString &file);

private:
    void remove(int index);
    void take(Result<Planned> planned);
    void replace(int index, const std::vector<size_t> &others);
    void askWhereToSave();
    void save(const QString &file);

    BackendThread &m_backend;
    ui::BoardPage &m_board;
    ui::PlanTray &m_tray;
    std::vector<plan::Move> m_moves;
    plan::Options m_options;
    std::shared_ptr<const plan::Plan> m_plan;
    /// Answers to older questions are not shown.
    quint64 m_question = 0;
};

} // namespace drover::console
