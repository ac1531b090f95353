#include "ui/board/boardpage.h"

#include "ui/board/dragpixmap.h"
#include "ui/common/placeholder.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

BoardPage::BoardPage(QWidget *parent)
    : QWidget(parent)
    , m_stack(new QStackedWidget(this))
    , m_scroll(new QScrollArea(this))
    , m_canvas(new BoardCanvas)
    , m_placeholder(new Placeholder(this))
    , m_chooser(new StampChooser(this))
{
    m_scroll->setWidgetResizable(true);
    m_scroll->setWidget(m_canvas);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_canvas->setAutoFillBackground(false);
    m_stack->addWidget(m_placeholder);
    m_stack->addWidget(m_scroll);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    m_placeholder->showEmpty(u"board"_s, tr("No fleet yet"), tr("Connect to Azure, or try the simulated one."));

    connect(m_canvas, &BoardCanvas::dragEntered, this, &BoardPage::offer);
    connect(m_canvas, &BoardCanvas::dragMoved, this, &BoardPage::autoScroll);
    connect(m_canvas, &BoardCanvas::dragLeft, m_canvas, &BoardCanvas::endOffers);
    connect(m_canvas, &BoardCanvas::dropped, this, &BoardPage::moveRequested);
    connect(m_chooser, &StampChooser::chosen, this, [this](const StampName &to) {
        if (m_asked.set)
            Q_EMIT moveRequested(m_asked.set->toString(), to);
    });
}

void BoardPage::setFleet(std::shared_ptr<const fleet::Fleet> fleet)
{
    m_fleet = std::move(fleet);
    rebuild();
}

void BoardPage::setMoves(const std::vector<plan::Move> &moves)
{
    m_moving.clear();
    for (const plan::Move &move : moves)
        m_moving.push_back(move.set.toString());
    markMoving();
}

void BoardPage::showLoading(const QString &progress)
{
    m_placeholder->showLoading(tr("Reading the fleet"), progress);
    m_stack->setCurrentWidget(m_placeholder);
}

void BoardPage::showError(const Error &error)
{
    m_placeholder->showError(error);
    m_stack->setCurrentWidget(m_placeholder);
}

void BoardPage::setProductionUnlocked(bool unlocked)
{
    if (m_unlocked == unlocked)
        return;
    m_unlocked = unlocked;
    rebuild();
    Q_EMIT productionUnlocked(unlocked);
}

void BoardPage::setCompact(bool compact)
{
    if (m_compact == compact)
        return;
    m_compact = compact;
    rebuild();
}

void BoardPage::rebuild()
{
    if (!m_fleet)
        return;
    // The chip under the cursor owns the drag: it must live until the drop.
    m_rebuildAfterDrag = m_dragged.has_value();
    if (m_rebuildAfterDrag)
        return;
    if (m_fleet->stamps.empty()) {
        m_placeholder->showEmpty(u"board"_s, tr("This fleet has no stamps"), tr("Add stamps to the fleet file, then refresh."));
        m_stack->setCurrentWidget(m_placeholder);
        return;
    }
    const auto focused = focusedSet();
    const QWidget *focus = QApplication::focusWidget();
    const bool atLock = focus != nullptr && isAncestorOf(focus) && focus->objectName() == u"unlock"_s;
    std::map<StampName, std::vector<fleet::SetOnStamp>> sets = fleet::setsOnStamps(*m_fleet);
    std::vector<Lane *> lanes;
    std::vector<StampCard *> cards;
    for (const fleet::Ring ring : {fleet::Ring::Test, fleet::Ring::Canary, fleet::Ring::Production}) {
        Lane *lane = nullptr;
        for (const fleet::Stamp &stamp : m_fleet->stamps) {
            if (stamp.ring != ring)
                continue;
            if (lane == nullptr) {
                lane = new Lane(ring, m_unlocked);
                // Later: the lane that asks is replaced by the answer.
                connect(lane, &Lane::unlockRequested, this, &BoardPage::setProductionUnlocked, Qt::QueuedConnection);
                lanes.push_back(lane);
            }
            cards.push_back(makeCard(stamp, std::move(sets[stamp.name])));
            lane->add(cards.back());
        }
    }
    m_canvas->setCards(std::move(cards));
    QPushButton *lock = lanes.back()->findChild<QPushButton *>(u"unlock"_s);
    m_canvas->setLanes(std::move(lanes));
    m_stack->setCurrentWidget(m_scroll);
    markMoving();
    focusSet(focused);
    if (atLock && lock != nullptr)
        lock->setFocus();
}

std::optional<BoardPage::FocusedSet> BoardPage::focusedSet() const
{
    for (const StampCard *card : m_canvas->cards()) {
        for (const SetChip *chip : card->chips()) {
            if (chip->hasFocus())
                return FocusedSet {.stamp = card->stamp(), .title = chip->set().title};
        }
    }
    return std::nullopt;
}

void BoardPage::focusSet(const std::optional<FocusedSet> &focused)
{
    const StampCard *card = focused ? m_canvas->card(focused->stamp) : nullptr;
    if (card == nullptr)
        return;
    for (SetChip *chip : card->chips()) {
        if (chip->set().title == focused->title)
            chip->setFocus();
    }
}

StampCard *BoardPage::makeCard(const fleet::Stamp &stamp, std::vector<fleet::SetOnStamp> sets)
{
    auto *card = new StampCard(stamp, std::move(sets), m_compact);
    connect(card, &StampCard::dragRequested, this, &BoardPage::startDrag);
    connect(card, &StampCard::moveToRequested, this, &BoardPage::askWhere);
    return card;
}

void BoardPage::markMoving()
{
    for (const StampCard *card : m_canvas->cards()) {
        for (SetChip *chip : card->chips()) {
            const auto &set = chip->set().set;
            chip->setMoving(set && std::ranges::find(m_moving, set->toString()) != m_moving.end());
        }
    }
}

void BoardPage::startDrag(const fleet::SetOnStamp &set, QWidget *source)
{
    auto *data = new QMimeData;
    const QString text = set.set->toString();
    data->setData(QLatin1StringView(setMimeType), text.toUtf8());
    data->setText(text);
    auto *drag = new QDrag(source);
    drag->setMimeData(data);
    drag->setPixmap(dragPixmap(set, devicePixelRatioF()));
    drag->setHotSpot({24, 12});
    m_dragged = set;
    // From the first pixel on every stamp talks, not only once the cursor is over the board.
    offer(text);
    drag->exec(Qt::MoveAction);
    m_dragged.reset();
    m_canvas->endOffers();
    if (m_rebuildAfterDrag)
        rebuild();
}

void BoardPage::askWhere(const fleet::SetOnStamp &set, QWidget *source)
{
    if (!m_fleet)
        return;
    m_asked = set;
    m_chooser->open(set.title, offers(*m_fleet, set.facts, m_unlocked), source->mapToGlobal(QPoint(0, source->height() + 4)));
}

bool BoardPage::moveFocused()
{
    auto *chip = qobject_cast<SetChip *>(QApplication::focusWidget());
    if (chip == nullptr || !isAncestorOf(chip))
        return false;
    askWhere(chip->set(), chip);
    return true;
}

void BoardPage::offer(const QString &setText)
{
    if (!m_fleet)
        return;
    if (m_dragged && m_dragged->set->toString() == setText) {
        m_canvas->showOffers(offers(*m_fleet, m_dragged->facts, m_unlocked));
        return;
    }
    const auto set = fleet::DeviceSet::parse(setText);
    const Result<fleet::SetFacts> facts = set ? fleet::factsOf(*m_fleet, *set) : Result<fleet::SetFacts>(Failure(set.error()));
    if (!facts) {
        Q_EMIT refused(facts.error().what);
        return;
    }
    m_canvas->showOffers(offers(*m_fleet, *facts, m_unlocked));
}

void BoardPage::autoScroll(const QPoint &position)
{
    m_scroll->ensureVisible(position.x(), position.y(), 0, 48);
}

} // namespace drover::ui
