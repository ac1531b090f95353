#include "app/console/plancontroller.h"

#include "app/engine/setfile.h"
#include "ui/board/boardpage.h"
#include "ui/plan/plantray.h"

#include <QFileDialog>

#include <unordered_set>

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

QCoro::Task<Result<void>> write(std::shared_ptr<const plan::Plan> plan, QString file)
{
    co_return engine::writeFile(file, plan::toJson(*plan));
}

/// The earlier moves that have a device of this one.
std::vector<size_t> overlapsOf(const fleet::Fleet &fleet, const std::vector<plan::Move> &moves, size_t index)
{
    std::vector<size_t> found;
    const Result<fleet::Selection> mine = fleet::select(fleet, moves[index].set);
    if (!mine)
        return found;
    const std::unordered_set<fleet::DeviceIndex::Row> rows(mine->rows.begin(), mine->rows.end());
    for (size_t other = 0; other < index; ++other) {
        const Result<fleet::Selection> theirs = fleet::select(fleet, moves[other].set);
        if (theirs && std::ranges::any_of(theirs->rows, [&rows](fleet::DeviceIndex::Row row) { return rows.contains(row); }))
            found.push_back(other);
    }
    return found;
}

QCoro::Task<Result<Planned>> planned(Backend &backend, std::vector<plan::Move> moves, plan::Options options)
{
    Result<plan::Plan> plan = co_await backend.engine()->plan(moves, options, backend.stopToken());
    if (!plan)
        co_return Failure(plan.error());
    Planned made{.plan = *std::move(plan), .overlaps = std::vector<std::vector<size_t>>(moves.size())};
    for (size_t i = 0; i < made.plan.summaries.size(); ++i) {
        if (made.plan.summaries[i].devices == 0)
            made.overlaps[i] = overlapsOf(*backend.engine()->fleet(), moves, i);
    }
    co_return Result<Planned>(std::move(made));
}

} // namespace

PlanController::PlanController(BackendThread &backend, ui::BoardPage &board, ui::PlanTray &tray, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_board(board)
    , m_tray(tray)
{
    connect(&m_board, &ui::BoardPage::moveRequested, this, &PlanController::add);
    connect(&m_tray, &ui::PlanTray::moveRemoved, this, &PlanController::remove);
    connect(&m_tray, &ui::PlanTray::moveReplaces, this, &PlanController::replace);
    connect(&m_tray, &ui::PlanTray::cleared, this, &PlanController::clear);
    connect(&m_tray, &ui::PlanTray::saveRequested, this, &PlanController::askWhereToSave);
    connect(&m_tray, &ui::PlanTray::optionsChanged, this, [this](const plan::Options &options) {
        m_options = options;
        replan();
    });
    connect(&m_tray, &ui::PlanTray::runRequested, this, [this](const QString &reason, const QString &ticket) {
        if (m_plan)
            Q_EMIT runRequested(m_plan, reason, ticket);
    });
}

void PlanController::add(const QString &setText, const StampName &to)
{
    Result<std::vector<plan::Move>> made = engine::movesOf({{setText, to.text()}});
    if (!made) {
        Q_EMIT failed(made.error());
        return;
    }
    addSet(made->front().set, to);
}

void PlanController::addSet(const fleet::DeviceSet &set, const StampName &to)
{
    std::erase_if(m_moves, [&](const plan::Move &move) { return move.set.toString() == set.toString() && move.set.ids == set.ids; });
    m_moves.push_back({set, to});
    replan();
}

void PlanController::remove(int index)
{
    if (index < 0 || index >= std::ssize(m_moves))
        return;
    m_moves.erase(m_moves.begin() + index);
    replan();
}

void PlanController::clear()
{
    m_moves.clear();
    replan();
}

void PlanController::replan()
{
    m_plan.reset();
    const quint64 question = ++m_question;
    m_board.setMoves(m_moves);
    if (m_moves.empty()) {
        m_tray.clearPlan();
        return;
    }
    m_tray.showPlanning();
    m_backend.ask(
        this,
        [moves = m_moves, options = m_options](Backend &backend) { return planned(backend, moves, options); },
        [this, question](Result<Planned> plan) {
            if (question == m_question)
                take(std::move(plan));
        });
}

void PlanController::take(Result<Planned> planned)
{
    if (!planned) {
        m_tray.showError(planned.error());
        return;
    }
    m_plan = std::make_shared<const plan::Plan>(std::move(planned->plan));
    m_tray.setPlan(*m_plan, planned->overlaps);
}

void PlanController::replace(int index, const std::vector<size_t> &others)
{
    if (index < 0 || index >= std::ssize(m_moves))
        return;
    std::vector<plan::Move> kept;
    for (size_t i = 0; i < m_moves.size(); ++i) {
        if (std::ranges::find(others, i) == others.end())
            kept.push_back(m_moves[i]);
    }
    m_moves = std::move(kept);
    replan();
}

void PlanController::askWhereToSave()
{
    if (!m_plan)
        return;
    auto *dialog = new QFileDialog(&m_tray, u"Save plan"_s, u"plan.json"_s, u"Plans (*.json)"_s);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"json"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &PlanController::save);
    dialog->open();
}

void PlanController::save(const QString &file)
{
    if (!m_plan)
        return;
    m_backend.ask(
        this, [plan = m_plan, file](Backend &) { return write(plan, file); },
        [this, file](const Result<void> &written) {
            if (written)
                Q_EMIT saved(file);
            else
                Q_EMIT failed(written.error());
        });
}

} // namespace drover::console
