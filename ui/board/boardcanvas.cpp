#include "ui/board/boardcanvas.h"

using namespace Qt::StringLiterals;

namespace drover::ui {
namespace {

constexpr int cardWidth = 208;
constexpr int gap = 14;

QString setTextOf(const QMimeData *data)
{
    return QString::fromUtf8(data->data(QLatin1StringView(setMimeType)));
}

} // namespace

BoardCanvas::BoardCanvas(QWidget *parent)
    : QWidget(parent)
    , m_tip(wrapped({}, Role::Plain, this))
{
    setObjectName(u"canvas"_s);
    setAcceptDrops(true);
    m_tip->setProperty("tip", true);
    m_tip->setObjectName(u"tip"_s);
    m_tip->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_tip->hide();
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 14, 16, 16);
    row->setSpacing(gap);
}

void BoardCanvas::setLanes(std::vector<Lane *> lanes)
{
    clear(layout());
    m_lanes = std::move(lanes);
    for (Lane *lane : m_lanes)
        layout()->addWidget(lane);
    arrange();
}

void BoardCanvas::setCards(std::vector<StampCard *> cards)
{
    m_cards = std::move(cards);
    m_tip->hide();
}

StampCard *BoardCanvas::card(const StampName &name) const
{
    const auto found = std::ranges::find(m_cards, name, &StampCard::stamp);
    return found == m_cards.end() ? nullptr : *found;
}

void BoardCanvas::arrange()
{
    if (m_lanes.empty())
        return;
    // Every lane gets one column, then the fullest lane the next, while cards stay wide enough to read.
    std::vector<int> columns(m_lanes.size(), 1);
    const int room = std::max(static_cast<int>(m_lanes.size()), (width() - 32 + gap) / (cardWidth + gap));
    for (int used = static_cast<int>(m_lanes.size()); used < room; ++used) {
        const auto load = [&](size_t i) { return double(m_lanes[i]->stamps()) / columns[i]; };
        size_t fullest = 0;
        for (size_t i = 1; i < m_lanes.size(); ++i)
            fullest = load(i) > load(fullest) ? i : fullest;
        if (load(fullest) <= 1)
            break;
        ++columns[fullest];
    }
    auto *row = static_cast<QHBoxLayout *>(layout());
    for (size_t i = 0; i < m_lanes.size(); ++i) {
        m_lanes[i]->setColumns(columns[i]);
        row->setStretch(static_cast<int>(i), columns[i]);
    }
}

void BoardCanvas::resizeEvent(QResizeEvent *)
{
    arrange();
}

void BoardCanvas::showOffers(const std::vector<Offer> &offers)
{
    for (const Offer &offer : offers) {
        if (StampCard *at = card(offer.stamp))
            at->setOffer(offer.fit);
    }
}

void BoardCanvas::endOffers()
{
    for (StampCard *card : m_cards)
        card->setOffer(std::nullopt);
    m_tip->hide();
}

StampCard *BoardCanvas::cardAt(const QPoint &position) const
{
    for (QWidget *at = childAt(position); at != nullptr && at != this; at = at->parentWidget()) {
        if (auto *card = qobject_cast<StampCard *>(at))
            return card;
    }
    return nullptr;
}

bool BoardCanvas::takes(const StampCard *card) const
{
    return card != nullptr && card->offer() && card->offer()->verdict != plan::Verdict::Block;
}

void BoardCanvas::hover(StampCard *card)
{
    for (StampCard *each : m_cards)
        each->setHovered(each == card);
    m_tip->setVisible(takes(card));
    if (!takes(card))
        return;
    m_tip->setText(card->offer()->sentence);
    const QPoint corner = card->mapTo(this, QPoint(0, card->height() - 12));
    const int width = std::max(180, card->width() - 28);
    m_tip->setGeometry(corner.x() + 14, corner.y(), width, m_tip->heightForWidth(width));
    m_tip->raise();
}

void BoardCanvas::dragEnterEvent(QDragEnterEvent *event)
{
    if (!event->mimeData()->hasFormat(QLatin1StringView(setMimeType)))
        return;
    Q_EMIT dragEntered(setTextOf(event->mimeData()));
    event->acceptProposedAction();
}

void BoardCanvas::dragMoveEvent(QDragMoveEvent *event)
{
    const QPoint position = event->position().toPoint();
    StampCard *card = cardAt(position);
    hover(card);
    Q_EMIT dragMoved(position);
    event->setAccepted(takes(card));
}

void BoardCanvas::dragLeaveEvent(QDragLeaveEvent *)
{
    Q_EMIT dragLeft();
}

void BoardCanvas::dropEvent(QDropEvent *event)
{
    const StampCard *card = cardAt(event->position().toPoint());
    event->setAccepted(takes(card));
    const std::optional<StampName> to = takes(card) ? std::optional(card->stamp()) : std::nullopt;
    Q_EMIT dragLeft();
    if (to)
        Q_EMIT dropped(setTextOf(event->mimeData()), *to);
}

} // namespace drover::ui
